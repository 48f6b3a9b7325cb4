/** From what a release is found by, which is its first record, to its newest one without reading the first. */
export const BY_FIRST = `
CREATE INDEX document_by_first ON kedge.document (first_sequence) WHERE kind = 'release'
`
