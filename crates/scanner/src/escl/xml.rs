//! Reading XML that a device sent. The reader knows no entities but XML's own and fetches nothing.

use roxmltree::{Document, Node, ParsingOptions};

/// Most elements, texts and comments of a document: the longest known capabilities have some 800.
const MAX_NODES: u32 = 10_000;

/// Names of eSCL.
pub(super) const SCAN: &str = "http://schemas.hp.com/imaging/escl/2011/05/03";
/// Names of the Printer Working Group's semantic model.
pub(super) const PWG: &str = "http://www.pwg.org/schemas/2010/12/sm";

/// A document, if it is one whose root has that name of eSCL.
pub(super) fn parse<'a>(bytes: &'a [u8], root: &str) -> Option<Document<'a>> {
    let text = std::str::from_utf8(bytes).ok()?;
    let options =
        ParsingOptions { allow_dtd: false, nodes_limit: MAX_NODES, ..ParsingOptions::default() };
    let document = Document::parse_with_options(text, options).ok()?;
    document.root_element().has_tag_name((SCAN, root)).then_some(document)
}

/// Everything below a node that has that name.
pub(super) fn all<'a, 'input>(
    node: Node<'a, 'input>,
    space: &'static str,
    name: &'static str,
) -> impl Iterator<Item = Node<'a, 'input>> {
    node.descendants().filter(move |node| node.has_tag_name((space, name)))
}

/// The text of the first that has that name.
pub(super) fn text<'a>(
    node: Node<'a, '_>,
    space: &'static str,
    name: &'static str,
) -> Option<&'a str> {
    all(node, space, name).next().and_then(|node| node.text()).map(str::trim)
}

/// The number in the first that has that name.
pub(super) fn number(node: Node, space: &'static str, name: &'static str) -> Option<u32> {
    text(node, space, name)?.parse().ok()
}
