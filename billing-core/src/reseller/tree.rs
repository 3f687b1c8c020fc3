//! Who is below whom.

use std::collections::{BTreeMap, BTreeSet};

use entitlement::TenantId;

/// The most levels, with the top.
pub const DEPTH_MAX: usize = 8;
/// The most tenants of a tree.
pub const TENANTS_MAX: usize = 100_000;

/// Tenants, each below one other or at the top. There is no loop in it, and no level too many.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Tree {
    parents: BTreeMap<TenantId, Option<TenantId>>,
}

/// The tenants from the top down to one, at least that one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Path {
    /// From the top down; the seller is the last.
    tenants: Vec<TenantId>,
    seller: TenantId,
}

/// Tenants that make no tree.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum TreeError {
    /// Too many.
    #[error("there are more than {TENANTS_MAX} tenants; a tree has no more")]
    TooMany,
    /// One is there twice.
    #[error("tenant {tenant} is there twice; each is below one other, or at the top")]
    Twice {
        /// Which.
        tenant: TenantId,
    },
    /// One is below a tenant that does not exist.
    #[error("tenant {tenant} is below tenant {parent}, which does not exist")]
    NoParent {
        /// Which.
        tenant: TenantId,
        /// Below whom.
        parent: TenantId,
    },
    /// Some are below themselves.
    #[error("{} is a loop; one of these tenants has to be at the top, or below another one", chain(.tenants))]
    Loop {
        /// Each is below the next one, and the last below the first.
        tenants: Vec<TenantId>,
    },
    /// One has too many above it.
    #[error(
        "tenant {tenant} is on level {depth}; there are {DEPTH_MAX} levels at most, with the top"
    )]
    TooDeep {
        /// Which.
        tenant: TenantId,
        /// Its level, from 1 at the top.
        depth: usize,
    },
    /// There is no such tenant.
    #[error("there is no tenant {tenant} in the tree")]
    Unknown {
        /// Which.
        tenant: TenantId,
    },
}

impl Tree {
    /// The tree of these tenants, each with the one that it is below; `None`: it is at the top.
    ///
    /// # Errors
    /// When they make none.
    pub fn new(
        parents: impl IntoIterator<Item = (TenantId, Option<TenantId>)>,
    ) -> Result<Self, TreeError> {
        let mut tree = Self::default();
        for (tenant, parent) in parents {
            if tree.parents.len() >= TENANTS_MAX {
                return Err(TreeError::TooMany);
            }
            if tree.parents.insert(tenant, parent).is_some() {
                return Err(TreeError::Twice { tenant });
            }
        }
        for tenant in tree.parents.keys() {
            let depth = tree.upwards(*tenant)?.len();
            if depth > DEPTH_MAX {
                return Err(TreeError::TooDeep { tenant: *tenant, depth });
            }
        }
        Ok(tree)
    }

    /// The tenants from the top down to this one.
    ///
    /// # Errors
    /// When there is no such tenant.
    pub fn path(&self, seller: TenantId) -> Result<Path, TreeError> {
        if !self.parents.contains_key(&seller) {
            return Err(TreeError::Unknown { tenant: seller });
        }
        let tenants = self.upwards(seller)?.into_iter().rev().collect();
        Ok(Path { tenants, seller })
    }

    /// Is a tenant this one, or anywhere below it? Only then may this one see its customers.
    #[must_use]
    pub fn is_at_or_below(&self, tenant: TenantId, top: TenantId) -> bool {
        self.path(tenant).is_ok_and(|path| path.tenants().any(|above| above == top))
    }

    /// A tenant and all that are below it, by their numbers.
    pub fn at_or_below(&self, top: TenantId) -> impl Iterator<Item = TenantId> {
        self.parents.keys().copied().filter(move |tenant| self.is_at_or_below(*tenant, top))
    }

    /// A tenant, the one above it, and so on.
    fn upwards(&self, tenant: TenantId) -> Result<Vec<TenantId>, TreeError> {
        let (mut passed, mut seen) = (vec![tenant], BTreeSet::from([tenant]));
        let mut below = tenant;
        while let Some(parent) = self.parents.get(&below).copied().flatten() {
            if !self.parents.contains_key(&parent) {
                return Err(TreeError::NoParent { tenant: below, parent });
            }
            if !seen.insert(parent) {
                let tenants = passed.into_iter().skip_while(|it| *it != parent).collect();
                return Err(TreeError::Loop { tenants });
            }
            passed.push(parent);
            below = parent;
        }
        Ok(passed)
    }
}

impl Path {
    /// The tenant at its end: the one that sells to the customer.
    #[must_use]
    pub const fn seller(&self) -> TenantId {
        self.seller
    }

    /// The tenants, from the top down.
    pub fn tenants(&self) -> impl DoubleEndedIterator<Item = TenantId> + ExactSizeIterator {
        self.tenants.iter().copied()
    }

    /// Each tenant with the one below it, from the top down; none where the seller is at the top.
    pub fn steps(&self) -> impl DoubleEndedIterator<Item = (TenantId, TenantId)> {
        self.tenants().zip(self.tenants.iter().copied().skip(1))
    }
}

/// As `3 -> 5 -> 3`.
fn chain(tenants: &[TenantId]) -> String {
    let names = tenants.iter().chain(tenants.first()).map(ToString::to_string);
    names.collect::<Vec<_>>().join(" -> ")
}
