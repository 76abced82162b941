//! What only a file has to do: last, be private to one writer, survive damage, and forget for good.

mod damage;
mod erasing;
mod expiry;
mod fixtures;
mod importing;
mod keeping;
mod odd;
mod places;
mod prefetch;
mod reading;
mod searching;
mod uids;
mod upgrades;
