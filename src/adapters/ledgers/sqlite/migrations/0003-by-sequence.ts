/** The documents in the order of their newest records, as they are verified: else all of them are sorted at once, before the first. */
export const BY_SEQUENCE = `
CREATE INDEX document_by_sequence ON document (sequence);
`
