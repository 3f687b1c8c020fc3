//! The operator's command line: one module for each subcommand.

mod attributes;
mod auth_log;
mod billing;
mod coa;
mod config;
mod csv;
mod device;
mod dict;
mod explain;
mod expressible;
mod extras;
mod import;
mod init;
mod line;
mod nas;
mod one_time_code;
mod open;
mod outbox;
mod paid;
mod plan;
pub(crate) mod pool;
mod print;
mod serve;
mod service;
mod service_template;
mod session;
mod sessions;
mod share;
mod status;
mod stop;
mod subscriber;
mod tenant;
mod test_auth;
mod unknown;
mod usage;
mod used;
mod who_had;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, Parser, Subcommand};

use crate::config::{Loaded, PATH_VARIABLE};

/// RADIUS for Internet service providers: the server and its command line.
#[derive(Debug, Parser)]
#[command(name = "weir", version, propagate_version = true, infer_subcommands = false)]
pub struct Cli {
    #[command(flatten)]
    globals: Globals,
    #[command(subcommand)]
    command: Command,
}

/// What every subcommand can be told.
#[derive(Debug, Clone, Args)]
struct Globals {
    /// The configuration [default: ./weir.toml, then /etc/weir/weir.toml].
    #[arg(long, global = true, value_name = "FILE", env = PATH_VARIABLE)]
    config: Option<PathBuf>,
    /// Print what is listed or shown as JSON.
    #[arg(long, global = true)]
    json: bool,
    /// Whose NASes, plans, subscribers and services are meant.
    #[arg(long, global = true, value_name = "NAME", default_value = storage::DEFAULT_TENANT)]
    tenant: String,
}

impl Globals {
    fn load(&self) -> anyhow::Result<Loaded> {
        crate::config::load(self.config.as_deref())
    }
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Write weir.toml and the key file, and create the store.
    Init(init::InitArgs),
    /// Run the server until it is told to stop.
    Serve,
    /// How the running server is: counters, journal, drain.
    Status,
    /// NASes: the routers and access points that ask.
    #[command(subcommand)]
    Nas(nas::NasCommand),
    /// Plans: what is sold.
    #[command(subcommand)]
    Plan(plan::PlanCommand),
    /// Pools: addresses that are given here rather than by a NAS.
    #[command(subcommand)]
    Pool(pool::PoolCommand),
    /// Service templates: what NASes activate within a session, for plans to name.
    #[command(subcommand)]
    ServiceTemplate(service_template::ServiceTemplateCommand),
    /// Subscribers: who buys it.
    #[command(subcommand, alias = "customer")]
    Subscriber(subscriber::SubscriberCommand),
    /// Services: the log-ins of subscribers.
    #[command(subcommand)]
    Service(service::ServiceCommand),
    /// The devices that a service may be used from, or must not be.
    #[command(subcommand)]
    Device(device::DeviceCommand),
    /// The one-time codes that services are asked for behind their passwords.
    #[command(subcommand)]
    OneTimeCode(one_time_code::OneTimeCodeCommand),
    /// The access lines that services are found by, where a NAS is told to.
    #[command(subcommand)]
    Line(line::LineCommand),
    /// Tenants: the operators of this installation.
    #[command(subcommand)]
    Tenant(tenant::TenantCommand),
    /// Taxes: what is taken on top of prices, or is within them.
    #[command(subcommand)]
    Tax(billing::tax::TaxCommand),
    /// Products: what is sold, and what it costs.
    #[command(subcommand)]
    Product(billing::product::ProductCommand),
    /// Zones: parts of the area that is served, in which subscribers are and products are offered.
    #[command(subcommand)]
    Zone(billing::zone::ZoneCommand),
    /// Subscriptions: what subscribers have of it, and what becomes of that.
    #[command(subcommand)]
    Subscription(billing::subscription::SubscriptionCommand),
    /// Discounts: what is taken off what a subscription costs.
    #[command(subcommand)]
    Discount(billing::discount::DiscountCommand),
    /// Coupons: codes by which subscribers have a discount.
    #[command(subcommand)]
    Coupon(billing::discount::CouponCommand),
    /// Billing runs, and how is billed.
    #[command(subcommand)]
    Billing(billing::run::BillingCommand),
    /// Metering: what is measured of the use of subscriptions, where that is what is paid.
    #[command(subcommand)]
    Metering(billing::metering::MeteringCommand),
    /// Outages: when something was not available, for what was promised about that.
    #[command(subcommand)]
    Outage(billing::outage::OutageCommand),
    /// Invoices: what subscribers were asked to pay, and why.
    #[command(subcommand)]
    Invoice(billing::invoice::InvoiceCommand),
    /// Payments: what was paid, and what it pays.
    #[command(subcommand)]
    Payment(billing::payment::PaymentCommand),
    /// Wallets: what is held for subscribers, and what an operator changes of it.
    #[command(subcommand)]
    Wallet(billing::wallet::WalletCommand),
    /// Dunning: what happens to who does not pay.
    #[command(subcommand)]
    Dunning(billing::dunning::DunningCommand),
    /// The ledger: what has moved between accounts.
    #[command(subcommand)]
    Ledger(billing::ledger::LedgerCommand),
    /// Vouchers: codes that are money, or access, from the stock to the customer.
    #[command(subcommand)]
    Voucher(billing::voucher::VoucherCommand),
    /// Resellers: tenants that sell for this one, with books of their own.
    #[command(subcommand)]
    Reseller(billing::reseller::ResellerCommand),
    /// The outbox: what has happened, for programs that send messages or tell other systems.
    #[command(subcommand)]
    Outbox(outbox::OutboxCommand),
    /// Who is online, with the services that were activated within each session.
    Sessions(sessions::SessionsArgs),
    /// What can be done about sessions that are online.
    #[command(subcommand)]
    Session(session::SessionCommand),
    /// What NASes are being told about live sessions, and what came of it.
    #[command(subcommand)]
    Coa(coa::CoaCommand),
    /// Whose an address was at a moment.
    ///
    /// It is read from the store: what the server has journaled and not yet drained to the store is
    /// not seen; while it runs, `weir status` tells how much that is. IPv4 only.
    WhoHad(who_had::WhoHadArgs),
    /// How much was used, and when.
    Usage(usage::UsageArgs),
    /// Who logged in or was refused, and why.
    AuthLog(auth_log::AuthLogArgs),
    /// Why a log-in comes out as it does, and what the NAS is told.
    Explain(explain::ExplainArgs),
    /// Attributes and packets as text.
    #[command(subcommand)]
    Dict(dict::DictCommand),
    /// Log in as a NAS would, and show the answer.
    TestAuth(test_auth::TestAuthArgs),
    /// The configuration in force, and whether it is right.
    #[command(subcommand)]
    Config(config::ConfigCommand),
}

/// Runs the command line of this process.
#[must_use]
pub fn main() -> ExitCode {
    let cli = Cli::parse();
    let globals = cli.globals.clone();
    match run(cli) {
        Ok(code) => code,
        Err(error) if print::is_closed_output(&error) => ExitCode::SUCCESS,
        Err(error) => {
            let said = print::causes(&error);
            let by_store = error.chain().any(|cause| cause.is::<storage::StoreError>());
            print::error(&if by_store { in_words(said, &globals) } else { said });
            ExitCode::FAILURE
        }
    }
}

/// What the store refuses, with names for numbers and moments on the tenant's clock; as it is where the store
/// cannot be asked.
fn in_words(said: String, globals: &Globals) -> String {
    if !storage::has_numbers(&said) {
        return said;
    }
    let words = open::block_on(async {
        let open = open::Open::new(globals).await?;
        open.in_words(&said).await
    });
    words.unwrap_or(said)
}

fn run(cli: Cli) -> anyhow::Result<ExitCode> {
    let Cli { globals, command } = cli;
    match command {
        Command::Init(args) => init::run(&args, &globals),
        Command::Serve => serve::run(&globals),
        Command::Status => status::run(&globals),
        Command::Nas(command) => nas::run(command, &globals),
        Command::Plan(command) => plan::run(command, &globals),
        Command::Pool(command) => pool::run(command, &globals),
        Command::ServiceTemplate(command) => service_template::run(command, &globals),
        Command::Subscriber(command) => subscriber::run(command, &globals),
        Command::Service(command) => service::run(command, &globals),
        Command::Device(command) => device::run(command, &globals),
        Command::OneTimeCode(command) => one_time_code::run(command, &globals),
        Command::Line(command) => line::run(command, &globals),
        Command::Tenant(command) => tenant::run(command, &globals),
        Command::Tax(command) => billing::tax::run(command, &globals),
        Command::Product(command) => billing::product::run(command, &globals),
        Command::Zone(command) => billing::zone::run(command, &globals),
        Command::Subscription(command) => billing::subscription::run(command, &globals),
        Command::Discount(command) => billing::discount::run(command, &globals),
        Command::Coupon(command) => billing::discount::run_coupon(command, &globals),
        Command::Billing(command) => billing::run::run(command, &globals),
        Command::Metering(command) => billing::metering::run(command, &globals),
        Command::Outage(command) => billing::outage::run(command, &globals),
        Command::Invoice(command) => billing::invoice::run(command, &globals),
        Command::Payment(command) => billing::payment::run(command, &globals),
        Command::Wallet(command) => billing::wallet::run(command, &globals),
        Command::Dunning(command) => billing::dunning::run(command, &globals),
        Command::Ledger(command) => billing::ledger::run(command, &globals),
        Command::Voucher(command) => billing::voucher::run(command, &globals),
        Command::Reseller(command) => billing::reseller::run(command, &globals),
        Command::Outbox(command) => outbox::run(command, &globals),
        Command::Sessions(args) => sessions::run(&args, &globals),
        Command::Session(command) => session::run(&command, &globals),
        Command::Coa(command) => coa::run(&command, &globals),
        Command::WhoHad(args) => who_had::run(&args, &globals),
        Command::Usage(args) => usage::run(&args, &globals),
        Command::AuthLog(args) => auth_log::run(&args, &globals),
        Command::Explain(args) => explain::run(&args, &globals),
        Command::Dict(command) => dict::run(command, &globals),
        Command::TestAuth(args) => test_auth::run(&args, &globals),
        Command::Config(command) => config::run(&command, &globals),
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::*;

    #[test]
    fn the_command_line_is_consistent() {
        Cli::command().debug_assert();
    }

    #[test]
    fn every_command_and_option_says_what_it_is_for() {
        fn check(command: &clap::Command) {
            let name = command.get_name();
            assert!(command.get_about().is_some(), "{name} has no description");
            for argument in command.get_arguments() {
                assert!(argument.get_help().is_some(), "{name} {}", argument.get_id());
            }
            command.get_subcommands().for_each(check);
        }
        check(&Cli::command());
    }
}
