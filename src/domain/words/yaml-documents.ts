/**
 * Splits a file at the lines that begin with `---`, as Argo CD does. Undefined where such a line goes on with anything but a comment: all
 * of the file is refused then. Source: apimachinery `pkg/util/yaml/decoder.go` YAMLReader. Where there are more than
 * `most`, no more than one above are given.
 */
export function splitDocuments(text: string, most: number): readonly string[] | undefined {
  const documents: string[] = []
  let from = 0
  for (const separator of text.matchAll(/^---(.*)$/gm)) {
    if (documents.length > most) return documents
    const rest = (separator[1] ?? '').trim()
    if (rest !== '' && !rest.startsWith('#')) return undefined
    const document = text.slice(from, separator.index)
    if (document.trim() !== '') documents.push(document)
    from = separator.index + separator[0].length
  }
  const last = text.slice(from)
  return last.trim() === '' ? documents : [...documents, last]
}
