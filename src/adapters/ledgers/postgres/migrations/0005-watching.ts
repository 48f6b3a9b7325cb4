/** What each process watches: it can lead nothing else. NULL for a program that does not say. */
export const WATCHING = `
ALTER TABLE kedge.replica ADD COLUMN names text[]
`
