/**
 * What kind of personal data a field holds, and so how much of it is left where it is masked: of a `name` the initials, of an `email` the
 * first letters, of an `address` both ends, of a `date` and of any other `text` nothing.
 */
export type PersonalKind = 'name' | 'email' | 'date' | 'address' | 'text';
