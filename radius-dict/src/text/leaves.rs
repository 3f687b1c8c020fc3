//! The attributes of a packet, taken out of what contains them.

use std::borrow::Cow;

use radius_proto::{Attribute, AttributeType, Packet, VendorId};

use super::wire::{EXTENDED, EXTENDED_VENDOR_SPECIFIC, LONG_EXTENDED, MORE};
use crate::{DataType, Dictionary, Oid};

/// An attribute with its value, put together where it was spread over several.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Leaf<'p> {
    pub(super) vendor: Option<VendorId>,
    pub(super) number: Oid,
    pub(super) value: Cow<'p, [u8]>,
}

/// The attributes in the order of the wire. What is malformed inside comes as the attribute that
/// contains it.
pub(super) fn leaves<'p>(dictionary: &Dictionary, packet: &Packet<'p>) -> Vec<Leaf<'p>> {
    let attributes: Vec<Attribute<'p>> = packet.attributes().collect();
    let mut leaves = Vec::new();
    let mut rest = attributes.as_slice();
    while let Some((first, others)) = rest.split_first() {
        let before = leaves.len();
        let taken = match u32::from(first.kind.0) {
            _ if first.kind == AttributeType::VENDOR_SPECIFIC => {
                vendor_specific(dictionary, rest, &mut leaves)
            }
            kind if EXTENDED.contains(&kind) => extended(dictionary, first, &mut leaves),
            kind if LONG_EXTENDED.contains(&kind) => long_extended(dictionary, rest, &mut leaves),
            kind => standard(dictionary, kind, rest, &mut leaves),
        };
        rest = match taken {
            Some(count) => rest.get(count..).unwrap_or_default(),
            None => {
                leaves.truncate(before);
                leaves.push(Leaf {
                    vendor: None,
                    number: Oid::from(first.kind.0),
                    value: Cow::Borrowed(first.value),
                });
                others
            }
        };
    }
    leaves
}

/// Takes one attribute, or the pieces of one that is spread over several.
fn standard<'p>(
    dictionary: &Dictionary,
    kind: u32,
    rest: &[Attribute<'p>],
    leaves: &mut Vec<Leaf<'p>>,
) -> Option<usize> {
    let (first, others) = rest.split_first()?;
    let definition = dictionary.attribute(None, kind);
    let concat = definition.is_some_and(|definition| definition.flags.concat);
    let more = others.iter().take_while(|next| concat && next.kind == first.kind).count();
    let value = match more {
        0 => Cow::Borrowed(first.value),
        _ => {
            Cow::Owned(rest.iter().take(more + 1).flat_map(|piece| piece.value).copied().collect())
        }
    };
    push(dictionary, None, Oid::from(kind), value, leaves);
    Some(more + 1)
}

/// Takes one Vendor-Specific, or as many as a value of theirs goes on in.
fn vendor_specific<'p>(
    dictionary: &Dictionary,
    rest: &[Attribute<'p>],
    leaves: &mut Vec<Leaf<'p>>,
) -> Option<usize> {
    let first = rest.first()?;
    let vendor = first.vendor()?;
    let format = dictionary.vendor_format(vendor);
    let mut subs: Vec<_> = first.vendor_specific(format)?.collect();
    let mut taken = 1;
    let joined = subs.pop_if(|last| last.continued);
    for sub in subs {
        // Only the last one may go on elsewhere.
        if sub.continued {
            return None;
        }
        push(dictionary, Some(vendor), Oid::from(sub.kind), Cow::Borrowed(sub.value), leaves);
    }
    let Some(start) = joined else { return Some(taken) };
    let mut value = start.value.to_vec();
    loop {
        let next = rest.get(taken).filter(|next| next.vendor() == Some(vendor))?;
        let mut pieces = next.vendor_specific(format)?;
        let piece = pieces.next().filter(|piece| piece.kind == start.kind)?;
        if pieces.next().is_some() {
            return None;
        }
        value.extend_from_slice(piece.value);
        taken += 1;
        if !piece.continued {
            push(dictionary, Some(vendor), Oid::from(start.kind), Cow::Owned(value), leaves);
            return Some(taken);
        }
    }
}

/// Takes one extended attribute (RFC 6929 §2.1).
fn extended<'p>(
    dictionary: &Dictionary,
    attribute: &Attribute<'p>,
    leaves: &mut Vec<Leaf<'p>>,
) -> Option<usize> {
    let (&extended, value) = attribute.value.split_first()?;
    let number = Oid::from(attribute.kind.0).child(extended.into())?;
    push(dictionary, None, number, Cow::Borrowed(value), leaves);
    Some(1)
}

/// Takes the pieces of one long extended attribute (RFC 6929 §2.2).
fn long_extended<'p>(
    dictionary: &Dictionary,
    rest: &[Attribute<'p>],
    leaves: &mut Vec<Leaf<'p>>,
) -> Option<usize> {
    let first = rest.first()?;
    let (&[extended, _], start) = first.value.split_first_chunk::<2>()?;
    let number = Oid::from(first.kind.0).child(extended.into())?;
    let mut value = Cow::Borrowed(start);
    for (index, piece) in rest.iter().enumerate() {
        let (&[piece_extended, flags], octets) = piece.value.split_first_chunk::<2>()?;
        if piece.kind != first.kind || piece_extended != extended {
            return None;
        }
        if index > 0 {
            value.to_mut().extend_from_slice(octets);
        }
        if flags & MORE == 0 {
            push(dictionary, None, number, value, leaves);
            return Some(index + 1);
        }
    }
    None
}

/// Adds what is found at a number: the attribute itself, or those inside it.
fn push<'p>(
    dictionary: &Dictionary,
    vendor: Option<VendorId>,
    number: Oid,
    value: Cow<'p, [u8]>,
    leaves: &mut Vec<Leaf<'p>>,
) {
    let mut inside = Vec::new();
    let opened = if is_evs(vendor, number) {
        in_evs(dictionary, number, &value, &mut inside)
    } else {
        let definition = dictionary.attribute(vendor, number);
        let is_tlv = definition.is_some_and(|known| known.data_type == DataType::Tlv);
        is_tlv.then(|| in_tlv(dictionary, vendor, number, &value, &mut inside)).flatten()
    };
    match opened {
        Some(()) => leaves.append(&mut inside),
        None => leaves.push(Leaf { vendor, number, value }),
    }
}

fn is_evs(vendor: Option<VendorId>, number: Oid) -> bool {
    let extended = EXTENDED.contains(&number.first()) || LONG_EXTENDED.contains(&number.first());
    vendor.is_none() && extended && matches!(number.parts(), [_, EXTENDED_VENDOR_SPECIFIC])
}

/// The vendor's attribute inside an extended one (RFC 6929 §2.4).
fn in_evs<'p>(
    dictionary: &Dictionary,
    number: Oid,
    value: &[u8],
    leaves: &mut Vec<Leaf<'p>>,
) -> Option<()> {
    let (&vendor, rest) = value.split_first_chunk::<4>()?;
    let (&kind, value) = rest.split_first()?;
    let number = number.child(u32::from_be_bytes(vendor))?.child(kind.into())?;
    push(dictionary, None, number, Cow::Owned(value.to_vec()), leaves);
    Some(())
}

/// The attributes inside a TLV; `None` unless it is a whole sequence of at least one.
fn in_tlv<'p>(
    dictionary: &Dictionary,
    vendor: Option<VendorId>,
    number: Oid,
    value: &[u8],
    leaves: &mut Vec<Leaf<'p>>,
) -> Option<()> {
    let mut rest = value;
    while !rest.is_empty() || leaves.is_empty() {
        let (&[kind, len], after) = rest.split_first_chunk::<2>()?;
        let (inner, after) = after.split_at_checked(usize::from(len).checked_sub(2)?)?;
        let number = number.child(kind.into())?;
        push(dictionary, vendor, number, Cow::Owned(inner.to_vec()), leaves);
        rest = after;
    }
    Some(())
}
