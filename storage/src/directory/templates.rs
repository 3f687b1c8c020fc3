//! The catalogues of services in the directory.

use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;

use aaa_engine::catalogue::Catalogue;
use entitlement::TenantId;
use papaya::HashMap;

use super::table;
use crate::entity::service_template;
use crate::service_templates::template_of;

/// The templates of each tenant, as the store has them and as a catalogue.
pub(super) struct DirectoryTemplates {
    of_tenants: HashMap<TenantId, Arc<TenantTemplates>>,
    tenant_of: HashMap<i64, TenantId>,
}

#[derive(Clone, Default)]
struct TenantTemplates {
    /// By their number; for the snapshot, and for the next catalogue.
    rows: BTreeMap<i64, Arc<service_template::Model>>,
    catalogue: Arc<Catalogue>,
}

impl Default for DirectoryTemplates {
    fn default() -> Self {
        Self { of_tenants: table(), tenant_of: table() }
    }
}

impl DirectoryTemplates {
    pub(super) fn put(&self, rows: Vec<service_template::Model>) {
        let mut of_tenants: BTreeMap<TenantId, Vec<service_template::Model>> = BTreeMap::new();
        for row in rows {
            let tenant = TenantId(row.tenant_id);
            self.tenant_of.pin().insert(row.id, tenant);
            of_tenants.entry(tenant).or_default().push(row);
        }
        // One catalogue for all of a tenant's, not one for each.
        for (tenant, put) in of_tenants {
            self.change(tenant, |rows| {
                rows.extend(put.into_iter().map(|row| (row.id, Arc::new(row))));
            });
        }
    }

    pub(super) fn remove(&self, id: i64) {
        let tenant = self.tenant_of.pin().remove(&id).copied();
        if let Some(tenant) = tenant {
            self.change(tenant, |rows| {
                rows.remove(&id);
            });
        }
    }

    /// One task writes, so nothing is lost between reading and writing.
    fn change(
        &self,
        tenant: TenantId,
        change: impl FnOnce(&mut BTreeMap<i64, Arc<service_template::Model>>),
    ) {
        let of_tenants = self.of_tenants.pin();
        let mut rows = of_tenants.get(&tenant).map(|of| of.rows.clone()).unwrap_or_default();
        change(&mut rows);
        if rows.is_empty() {
            of_tenants.remove(&tenant);
            return;
        }
        let catalogue = Arc::new(catalogue(rows.values()));
        of_tenants.insert(tenant, Arc::new(TenantTemplates { rows, catalogue }));
    }

    pub(super) fn ids(&self) -> HashSet<i64> {
        self.tenant_of.pin().keys().copied().collect()
    }

    pub(super) fn rows(&self) -> Vec<Arc<service_template::Model>> {
        let of_tenants = self.of_tenants.pin();
        of_tenants.values().flat_map(|of| of.rows.values().cloned()).collect()
    }

    pub(super) fn catalogue(&self, tenant: TenantId) -> Arc<Catalogue> {
        let of_tenants = self.of_tenants.pin();
        of_tenants.get(&tenant).map(|of| Arc::clone(&of.catalogue)).unwrap_or_default()
    }
}

/// One template that cannot be understood must not keep all the others away.
fn catalogue<'r>(rows: impl Iterator<Item = &'r Arc<service_template::Model>>) -> Catalogue {
    let mut catalogue = Catalogue::default();
    for row in rows {
        let problem = match template_of(row) {
            Ok(template) => catalogue.add(template).err().map(|error| error.to_string()),
            Err(error) => Some(error.to_string()),
        };
        if let Some(problem) = problem {
            tracing::error!(template = %row.name, %problem, "a service template is left out");
        }
    }
    catalogue
}
