//! Keeps the parameters that several operations share in one place of the document.

use std::collections::BTreeMap;

use utoipa::openapi::path::{Parameter, Paths};
use utoipa::openapi::{Ref, RefOr};

use super::operations;

/// Lets operations refer to the parameters that several of them take alike, and gives these by
/// name.
pub fn share_parameters(paths: &mut Paths) -> BTreeMap<String, RefOr<Parameter>> {
    let shared = repeated(paths);
    for parameter in parameters(paths) {
        if let RefOr::T(it) = parameter
            && shared.get(&it.name) == Some(it)
        {
            let reference = Ref::new(format!("#/components/parameters/{}", it.name));
            *parameter = RefOr::Ref(reference);
        }
    }
    let shared = shared.into_iter();
    shared.map(|(name, it)| (name, RefOr::T(it))).collect()
}

/// The parameters that occur more than once. Of two kinds with one name, the last is shared.
fn repeated(paths: &mut Paths) -> BTreeMap<String, Parameter> {
    let mut seen = Vec::new();
    let mut repeated = BTreeMap::new();
    for parameter in parameters(paths) {
        let RefOr::T(parameter) = parameter else {
            continue;
        };
        if seen.contains(parameter) {
            repeated.insert(parameter.name.clone(), parameter.clone());
        } else {
            seen.push(parameter.clone());
        }
    }
    repeated
}

fn parameters(paths: &mut Paths) -> impl Iterator<Item = &mut RefOr<Parameter>> {
    let operations = paths.paths.values_mut().flat_map(operations);
    operations.flat_map(|(_, operation)| operation.parameters.iter_mut().flatten())
}
