/// Takes what a target needs off the front of the fuzzer's octets; zeros when they run out.
pub(crate) struct Octets<'d>(&'d [u8]);

impl<'d> Octets<'d> {
    pub(crate) const fn new(data: &'d [u8]) -> Self {
        Self(data)
    }

    pub(crate) fn array<const N: usize>(&mut self) -> [u8; N] {
        let mut array = [0; N];
        let taken = self.take(N);
        for (place, octet) in array.iter_mut().zip(taken) {
            *place = *octet;
        }
        array
    }

    pub(crate) fn octet(&mut self) -> u8 {
        let [octet] = self.array();
        octet
    }

    pub(crate) fn number(&mut self) -> u16 {
        u16::from_be_bytes(self.array())
    }

    /// At most this many octets.
    pub(crate) fn take(&mut self, count: usize) -> &'d [u8] {
        let (taken, rest) = self.0.split_at(count.min(self.0.len()));
        self.0 = rest;
        taken
    }

    pub(crate) const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}
