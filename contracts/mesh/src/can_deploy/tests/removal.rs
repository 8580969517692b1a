//! Projects that are taken out of an environment.

use super::*;

#[test]
fn a_project_that_others_read_cannot_be_taken_away() {
    let by_source = json!({
        "package_name": "web", "version": "1.0.0", "source": { "adapter_type": "duckdb" },
        "lineage": { "source.web.inventory.products": { "resource_type": "source" } },
    });
    let place = json!({ "source.web.inventory.products": { "schema": "inventory", "identifier": "products" } });
    let readers = [finance("1.0.0", "^1", &json!({})), member(by_source, place)];
    let now = Mesh::beside(
        [inventory("1.0.0", &["price", "colour"], "contract")].into_iter().chain(readers),
        [board("integer")],
    );
    let verdict = asked(&now, &now.without(&"inventory".parse().unwrap()), "inventory");
    assert_eq!(
        told(&verdict.unmet),
        [
            "`board` (dashboard) reads `model.inventory.products` of `inventory`, which would not be deployed there",
            "`finance` 1.0.0 requires `inventory` ^1, which would not be deployed there",
            "`model.finance.profit` of `finance` 1.0.0 reads `model.inventory.products` of `inventory`, which would not be \
             deployed there",
            "`source.web.inventory.products` of `web` 1.0.0 reads a table that `model.inventory.products` of \
             `inventory` no longer uses",
        ]
    );
    let verdict = asked(&now, &now.without(&"finance".parse().unwrap()), "finance");
    assert!(verdict.is_yes(), "nobody reads it");
}
