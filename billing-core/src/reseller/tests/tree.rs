//! What is a tree, and what is none.

use super::*;

fn tree(parents: &[(i64, i64)]) -> Result<Tree, TreeError> {
    let tenant = |&(tenant, parent): &(i64, i64)| {
        (TenantId(tenant), (parent != 0).then_some(TenantId(parent)))
    };
    Tree::new(parents.iter().map(tenant))
}

#[test]
fn a_path_goes_from_the_top_down() {
    let tree = tree(&[(1, 0), (2, 1), (3, 2), (4, 1), (9, 0)]).unwrap();
    let path = tree.path(TenantId(3)).unwrap();
    assert_eq!(path.tenants().map(|it| it.0).collect::<Vec<_>>(), [1, 2, 3]);
    assert_eq!(path.steps().map(|(a, b)| (a.0, b.0)).collect::<Vec<_>>(), [(1, 2), (2, 3)]);
    assert_eq!(path.seller(), TenantId(3));
    let top = tree.path(TenantId(9)).unwrap();
    assert_eq!((top.tenants().len(), top.steps().count()), (1, 0));
    assert_eq!(tree.path(TenantId(5)).unwrap_err().to_string(), "there is no tenant 5 in the tree");
}

#[test]
fn a_tenant_is_at_or_below_itself_and_all_above_it_and_no_other() {
    let tree = tree(&[(1, 0), (2, 1), (3, 2), (4, 1), (9, 0)]).unwrap();
    let below = |top: i64| {
        let all = [1, 2, 3, 4, 5, 9].into_iter();
        all.filter(|it| tree.is_at_or_below(TenantId(*it), TenantId(top))).collect::<Vec<_>>()
    };
    assert_eq!(below(1), [1, 2, 3, 4]);
    assert_eq!(below(2), [2, 3]);
    assert_eq!(below(3), [3]);
    assert_eq!(below(9), [9]);
    assert_eq!(below(5), [0; 0]);
}

#[test]
fn what_is_no_tree_says_why() {
    let table: [(&[(i64, i64)], &str); 6] = [
        (
            &[(1, 0), (3, 5), (5, 7), (7, 3)],
            "3 -> 5 -> 7 -> 3 is a loop; one of these tenants has to be at the top, or below another one",
        ),
        // The one before the loop is not in it.
        (
            &[(2, 5), (5, 7), (7, 5)],
            "5 -> 7 -> 5 is a loop; one of these tenants has to be at the top, or below another one",
        ),
        (
            &[(4, 4)],
            "4 -> 4 is a loop; one of these tenants has to be at the top, or below another one",
        ),
        (&[(1, 0), (2, 6)], "tenant 2 is below tenant 6, which does not exist"),
        (
            &[(1, 0), (2, 1), (2, 0)],
            "tenant 2 is there twice; each is below one other, or at the top",
        ),
        (
            &[(1, 0), (2, 1), (3, 2), (4, 3), (5, 4), (6, 5), (7, 6), (8, 7), (9, 8)],
            "tenant 9 is on level 9; there are 8 levels at most, with the top",
        ),
    ];
    for (parents, said) in table {
        assert_eq!(tree(parents).unwrap_err().to_string(), said);
    }
    assert!(tree(&[(1, 0), (2, 1), (3, 2), (4, 3), (5, 4), (6, 5), (7, 6), (8, 7)]).is_ok());
    let many = (0..100_001).map(|tenant| (TenantId(tenant), None));
    assert_eq!(Tree::new(many), Err(TreeError::TooMany));
}

#[test]
fn a_long_loop_is_named_as_a_whole() {
    let long = (1..=50_000).map(|it| (TenantId(it), Some(TenantId(it % 50_000 + 1))));
    let Err(TreeError::Loop { tenants }) = Tree::new(long) else { panic!() };
    assert_eq!(
        (tenants.len(), tenants[0], tenants[49_999]),
        (50_000, TenantId(1), TenantId(50_000))
    );
}
