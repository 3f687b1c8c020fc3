//! The log-in of a service that has one-time codes: first the password, then the code.

use entitlement::{ServiceId, Timestamp};
use radius_proto::{AttributeType, PacketWriter, WriteError};
use zeroize::Zeroizing;

use super::{CodeError, CodeSecret, CodeStep};
use crate::auth::presented::{Presented, Proof};
use crate::auth::state::{Asked, CODE_LIFETIME_S, STATE_LEN, StateError, StateSealer};
use crate::auth::{Conversation, Credential, pap};
use crate::ports::NasId;
use crate::reason::Reason;

/// What the subscriber reads.
const QUESTION: &str = "One-time code:";

/// Prompt: the answer may be shown as it is typed (RFC 2869 section 5.10).
const ECHO: [u8; 4] = 1_u32.to_be_bytes();
const PROMPT: AttributeType = AttributeType(76);

/// What a log-in is judged by, beside what it presents.
pub(crate) struct Judge<'a> {
    pub(crate) sealer: &'a StateSealer,
    pub(crate) nas: NasId,
    pub(crate) service: ServiceId,
    pub(crate) credential: &'a Credential,
    pub(crate) secret: &'a CodeSecret,
    /// The step of the latest code that was accepted, as far as is known.
    pub(crate) last: Option<CodeStep>,
    /// State, if there is one.
    pub(crate) state: Option<&'a [u8]>,
    pub(crate) now: Timestamp,
}

/// How far a log-in has got that was right so far.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// The password was right: the code is to be asked for.
    Ask,
    /// The code of this step was right too.
    Right(CodeStep),
}

impl Judge<'_> {
    /// Judges a password, the code that answers our question, or both in one.
    ///
    /// Only PAP carries a code: a response by CHAP or MS-CHAP is made from the password alone, and
    /// what makes it is asked once. Such a log-in is refused once its password was right.
    pub(crate) fn judge(
        &self,
        presented: &Presented<'_>,
        conversation: &Conversation<'_>,
    ) -> Result<Verdict, Reason> {
        let proof = presented.proof.as_ref().map_err(|reason| *reason)?;
        let Proof::Pap { hidden } = *proof else {
            proof.verify(self.credential, conversation)?;
            return Err(Reason::CodeMissing);
        };
        if let Some(state) = self.state {
            return self.answer(state, hidden, conversation);
        }
        match proof.verify(self.credential, conversation) {
            Ok(_) => Ok(Verdict::Ask),
            Err(Reason::WrongPassword) => self.appended(hidden, conversation),
            Err(reason) => Err(reason),
        }
    }

    /// The code in answer to the question that `state` is of.
    fn answer(
        &self,
        state: &[u8],
        hidden: &[u8],
        conversation: &Conversation<'_>,
    ) -> Result<Verdict, Reason> {
        let asked = self.sealer.open(state, self.nas, conversation.user_name, self.now);
        match asked {
            Ok(Asked::Code(service)) if service == self.service => {}
            Err(StateError::TooOld) => return Err(Reason::CodeTooLate),
            Ok(Asked::Code(_) | Asked::Md5 { .. }) | Err(StateError::Foreign) => {
                return Err(Reason::CodeOutOfTurn);
            }
        }
        let given = pap::reveal(hidden, conversation)?;
        // People type the space that their authenticator shows.
        let code = given.iter().copied().filter(|octet| *octet != b' ');
        let given = Zeroizing::new(code.collect::<Vec<_>>());
        self.right(&given)
    }

    /// The code behind the password, for who cannot be asked a second time.
    fn appended(&self, hidden: &[u8], conversation: &Conversation<'_>) -> Result<Verdict, Reason> {
        let given = pap::reveal(hidden, conversation)?;
        let password_len = given.len().checked_sub(self.secret.digits.count());
        let Some((password, code)) = password_len.and_then(|len| given.split_at_checked(len))
        else {
            return Err(Reason::WrongPassword);
        };
        if password.is_empty()
            || !code.iter().all(u8::is_ascii_digit)
            || !pap::is_right(password, self.credential)
        {
            return Err(Reason::WrongPassword);
        }
        self.right(code)
    }

    fn right(&self, code: &[u8]) -> Result<Verdict, Reason> {
        match self.secret.step_of(code, self.now, self.last) {
            Ok(step) => Ok(Verdict::Right(step)),
            Err(CodeError::Wrong) => Err(Reason::WrongCode),
            Err(CodeError::Used) => Err(Reason::CodeUsed),
        }
    }

    /// The State of the question.
    pub(crate) fn seal(&self, login: &[u8]) -> [u8; STATE_LEN] {
        self.sealer.seal(&Asked::Code(self.service), self.now, self.nas, login)
    }
}

/// Writes the question, the State that its answer needs, and how long it may be answered
/// (RFC 2865 section 5.27).
pub(crate) fn write_question(
    state: &[u8; STATE_LEN],
    writer: &mut PacketWriter<'_>,
) -> Result<(), WriteError> {
    writer.attribute(AttributeType::REPLY_MESSAGE, QUESTION.as_bytes())?;
    writer.attribute(AttributeType::STATE, state)?;
    writer.attribute(AttributeType::SESSION_TIMEOUT, &CODE_LIFETIME_S.to_be_bytes())?;
    writer.attribute(PROMPT, &ECHO)
}
