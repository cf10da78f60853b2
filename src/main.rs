//! `nosolicit`: finds solicitation and marketing in messages from marketplace sellers to buyers.

mod cli;

fn main() -> std::process::ExitCode {
    cli::run()
}
