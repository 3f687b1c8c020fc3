//! Who dials in, with what, and how it is proved.

use std::fmt;
use std::path::Path;
use std::str::FromStr;

use crate::access::{AccessKind, AccessKindError};
use crate::mac::Mac;

/// The longest login that fits in User-Name.
const LOGIN_LEN_MAX: usize = 253;
/// RFC 2865 §5.2: the longest password that PAP can hide.
const PASSWORD_LEN_MAX: usize = 128;
/// So many subscribers are more than one router ever holds: a mistyped count is noticed.
const COUNT_MAX: u32 = 1_000_000;

/// In a file, for the empty password and for no method of one's own.
const NO_PASSWORD: &str = "-";

/// How a password is proved.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Method {
    /// The password itself, hidden (RFC 2865 §5.2).
    Pap,
    /// An MD5 response (RFC 2865 §5.3).
    Chap,
    /// RFC 2433.
    MsChapV1,
    /// RFC 2759, with the server proving itself and MPPE keys.
    MsChapV2,
}

impl Method {
    /// Every method, in the order in which `mix` takes them.
    pub const ALL: [Self; 4] = [Self::Pap, Self::Chap, Self::MsChapV1, Self::MsChapV2];

    /// Reads `mix`, one method, or several with commas between; a subscriber takes the one whose
    /// turn it is.
    ///
    /// # Errors
    /// When a name is not one of a method.
    pub fn list(text: &str) -> Result<Vec<Self>, SubscriberError> {
        if text == "mix" {
            return Ok(Self::ALL.to_vec());
        }
        text.split(',').map(str::parse).collect()
    }
}

impl FromStr for Method {
    type Err = SubscriberError;

    fn from_str(text: &str) -> Result<Self, SubscriberError> {
        match text {
            "pap" => Ok(Self::Pap),
            "chap" => Ok(Self::Chap),
            "mschapv1" => Ok(Self::MsChapV1),
            "mschapv2" => Ok(Self::MsChapV2),
            _ => Err(SubscriberError::Method(text.to_owned())),
        }
    }
}

impl fmt::Display for Method {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Pap => "pap",
            Self::Chap => "chap",
            Self::MsChapV1 => "mschapv1",
            Self::MsChapV2 => "mschapv2",
        })
    }
}

/// Somebody who dials in.
#[derive(Clone, PartialEq, Eq)]
pub struct Subscriber {
    login: String,
    password: String,
    method: Option<Method>,
    kind: Option<AccessKind>,
}

/// Why a list of subscribers cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum SubscriberError {
    /// A method that no router speaks.
    #[error("unknown method {0:?}: use pap, chap, mschapv1, mschapv2, several with commas, or mix")]
    Method(String),
    /// A login that does not fit in User-Name.
    #[error("a login has 1 to {LOGIN_LEN_MAX} octets, {0:?} has not")]
    Login(String),
    /// A password that PAP cannot hide.
    #[error("the password of {0:?} is longer than {PASSWORD_LEN_MAX} octets")]
    Password(String),
    /// A count that cannot be meant.
    #[error("the number of subscribers must be 1 to {COUNT_MAX}, not {0}")]
    Count(u32),
    /// The file cannot be read.
    #[error("cannot read the users file {path}: {source}")]
    File {
        /// Which file.
        path: String,
        /// What the operating system said.
        source: std::io::Error,
    },
    /// A line of the file is not one of a subscriber.
    #[error("{path}:{line}: {what}; a line is `login password [method [kind]]`")]
    Line {
        /// Which file.
        path: String,
        /// Which line, from 1.
        line: usize,
        /// What is wrong with it.
        what: String,
    },
}

impl Subscriber {
    /// A subscriber who takes the run's method.
    ///
    /// # Errors
    /// When the login or the password does not fit in its attribute.
    pub fn new(
        login: impl Into<String>,
        password: impl Into<String>,
    ) -> Result<Self, SubscriberError> {
        let (login, password) = (login.into(), password.into());
        if login.is_empty() || login.len() > LOGIN_LEN_MAX {
            return Err(SubscriberError::Login(login));
        }
        if password.len() > PASSWORD_LEN_MAX {
            return Err(SubscriberError::Password(login));
        }
        Ok(Self { login, password, method: None, kind: None })
    }

    /// The same subscriber with a method of its own.
    #[must_use]
    pub fn with_method(mut self, method: Method) -> Self {
        self.method = Some(method);
        self
    }

    /// The same subscriber by another kind of access than PPPoE.
    #[must_use]
    pub fn with_kind(mut self, kind: AccessKind) -> Self {
        self.kind = Some(kind);
        self
    }

    /// The same subscriber by this kind of access, unless it has one of its own.
    #[must_use]
    pub fn or_kind(mut self, kind: AccessKind) -> Self {
        self.kind = self.kind.or(Some(kind));
        self
    }

    /// `count` subscribers called `prefix` and a number: `demo001`, `demo002` and so on.
    /// `{login}` in the password stands for the login.
    ///
    /// # Errors
    /// When the count is 0 or absurd, or a login or password does not fit.
    pub fn numbered(
        prefix: &str,
        count: u32,
        password: &str,
    ) -> Result<Vec<Self>, SubscriberError> {
        if count == 0 || count > COUNT_MAX {
            return Err(SubscriberError::Count(count));
        }
        let digits = count.to_string().len().max(3);
        (1..=count)
            .map(|number| {
                let login = format!("{prefix}{number:0digits$}");
                let password = password.replace("{login}", &login);
                Self::new(login, password)
            })
            .collect()
    }

    /// `count` devices, whose logins are their MAC addresses, counted on from `first`.
    /// `{login}` in the password stands for the login.
    ///
    /// # Errors
    /// As [`numbered`](Self::numbered).
    pub fn devices(first: Mac, count: u32, password: &str) -> Result<Vec<Self>, SubscriberError> {
        if count == 0 || count > COUNT_MAX {
            return Err(SubscriberError::Count(count));
        }
        (0..count)
            .map(|number| {
                let login = first.plus(number).to_string();
                let password = password.replace("{login}", &login);
                Self::new(login, password)
            })
            .collect()
    }

    /// Reads a file with a line `login password [method [kind]]` for each subscriber; empty lines and
    /// lines that start with `#` are passed over.
    ///
    /// # Errors
    /// When the file cannot be read, has no subscriber, or a line is wrong: the error says where.
    pub fn read_file(path: &Path) -> Result<Vec<Self>, SubscriberError> {
        let shown = path.display().to_string();
        let text = std::fs::read_to_string(path)
            .map_err(|source| SubscriberError::File { path: shown.clone(), source })?;
        let mut subscribers = Vec::new();
        for (number, line) in text.lines().enumerate() {
            let line = line.trim();
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            let subscriber = Self::read_line(line).map_err(|what| SubscriberError::Line {
                path: shown.clone(),
                line: number + 1,
                what,
            })?;
            subscribers.push(subscriber);
        }
        if subscribers.is_empty() {
            let what = "the file names no subscriber".to_owned();
            return Err(SubscriberError::Line { path: shown, line: 1, what });
        }
        Ok(subscribers)
    }

    fn read_line(line: &str) -> Result<Self, String> {
        let words: Vec<&str> = line.split_ascii_whitespace().collect();
        let (login, password, method, kind) = match words.as_slice() {
            [login, password] => (login, password, None, None),
            [login, password, method] => (login, password, Some(method), None),
            [login, password, method, kind] => (login, password, Some(method), Some(kind)),
            [_] => return Err("the password is missing".to_owned()),
            _ => return Err("there are more than four words".to_owned()),
        };
        // A device has no password, which a line of words cannot say otherwise.
        let password = if *password == NO_PASSWORD { "" } else { password };
        let mut subscriber = Self::new(*login, password).map_err(|error| error.to_string())?;
        if let Some(method) = method.filter(|method| **method != NO_PASSWORD) {
            subscriber.method =
                Some(method.parse().map_err(|error: SubscriberError| error.to_string())?);
        }
        if let Some(kind) = kind {
            let kind = kind.parse().map_err(|error: AccessKindError| error.to_string())?;
            subscriber.kind = Some(kind);
        }
        Ok(subscriber)
    }

    /// What goes into User-Name.
    #[must_use]
    pub fn login(&self) -> &str {
        &self.login
    }

    /// The method of its own, when it has one.
    #[must_use]
    pub const fn method(&self) -> Option<Method> {
        self.method
    }

    /// How it comes in.
    #[must_use]
    pub fn kind(&self) -> AccessKind {
        self.kind.unwrap_or_default()
    }

    /// The MAC address that its login is, or else this one.
    pub(crate) fn mac_or(&self, usual: Mac) -> Mac {
        self.login.parse().unwrap_or(usual)
    }

    pub(crate) fn password(&self) -> &str {
        &self.password
    }
}

/// Without the password.
impl fmt::Debug for Subscriber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Subscriber")
            .field("login", &self.login)
            .field("method", &self.method)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write as _;

    #[test]
    fn numbered_logins_have_equal_length() {
        let few = Subscriber::numbered("demo", 50, "pw-{login}").unwrap();
        assert_eq!((few[0].login(), few[0].password()), ("demo001", "pw-demo001"));
        assert_eq!(few[49].login(), "demo050");
        let many = Subscriber::numbered("s", 40_000, "x").unwrap();
        assert_eq!(many[0].login(), "s00001");
        assert!(Subscriber::numbered("s", 0, "x").is_err());
    }

    #[test]
    fn a_users_file_says_where_it_is_wrong() {
        let read = |text: &str| {
            let mut file = tempfile::NamedTempFile::new().unwrap();
            file.write_all(text.as_bytes()).unwrap();
            Subscriber::read_file(file.path()).map_err(|error| error.to_string())
        };
        let two = read("# demo\n\nann secret\nbob pass mschapv1\n").unwrap();
        assert_eq!(two[1], Subscriber::new("bob", "pass").unwrap().with_method(Method::MsChapV1));
        let device = &read("4C:5E:0C:00:00:01 - - dhcp\n").unwrap()[0];
        assert_eq!((device.kind(), device.password()), (AccessKind::Dhcp, ""));
        assert_eq!(device.method(), None);
        assert!(read("ann a pap isdn\n").unwrap_err().contains(":1: unknown kind of access"));
        assert!(read("ann\n").unwrap_err().contains(":1: the password is missing"));
        assert!(read("ann a\nbob b chop\n").unwrap_err().contains(":2: unknown method \"chop\""));
        assert!(read("# nobody\n").unwrap_err().contains("names no subscriber"));
    }

    #[test]
    fn devices_are_called_by_their_addresses() {
        let devices = Subscriber::devices("4C:5E:0C:00:00:FF".parse().unwrap(), 2, "").unwrap();
        let logins: Vec<&str> = devices.iter().map(Subscriber::login).collect();
        assert_eq!(logins, ["4C:5E:0C:00:00:FF", "4C:5E:0C:00:01:00"]);
        assert!(Subscriber::devices(Mac::default(), 0, "").is_err());
    }

    #[test]
    fn methods_are_listed_by_name() {
        assert_eq!(Method::list("mix").unwrap(), Method::ALL);
        assert_eq!(Method::list("chap,pap").unwrap(), [Method::Chap, Method::Pap]);
        assert!(Method::list("eap").is_err());
        for method in Method::ALL {
            assert_eq!(method.to_string().parse::<Method>().unwrap(), method);
        }
    }

    #[test]
    fn a_password_is_never_shown() {
        let subscriber = Subscriber::new("ann", "hunter2").unwrap();
        assert!(!format!("{subscriber:?}").contains("hunter2"));
    }
}
