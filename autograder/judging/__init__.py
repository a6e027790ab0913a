"""Compare what a submission gives with the reference, which is only here; carry errors forward; explain mistakes."""
