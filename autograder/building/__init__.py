"""Make what is built from source/ and exercises/: reference, visible cases, release, solved notebooks; and samples."""
