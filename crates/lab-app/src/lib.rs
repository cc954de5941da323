//! The application behind every host: commands, running labs, journal, catalog.
