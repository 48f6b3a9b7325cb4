/** A branch such as Kedge makes: rules are asked for it, or held against it, whether there is one or not. */
export const SAMPLE_BRANCH = 'kedge/revert/0123456789ab-01234567'
