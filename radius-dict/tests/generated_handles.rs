//! The handles in `src/attr` are what the built-in dictionaries say.

use radius_dict::{BUILTIN_TEXTS, Dictionary, codegen};

#[test]
fn committed_handles_are_those_of_the_dictionaries() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/src/attr");
    for builtin in BUILTIN_TEXTS {
        let path = format!("{folder}/{}.rs", builtin.name);
        let committed = std::fs::read_to_string(&path).unwrap();
        let wanted = codegen::handles(Dictionary::builtin(), builtin.name, builtin.text);
        assert!(committed == wanted, "{path} is out of date; run `cargo xtask dict`");
    }
}
