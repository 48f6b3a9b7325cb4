/**
 * Splits a file at the lines that begin with `---`, as Argo CD does. Undefined where such a line goes on with anything but a comment: all
 * of the file is refused then. Source: apimachinery `pkg/util/yaml/decoder.go` YAMLReader.
 */
export function splitDocuments(text: string): readonly string[] | undefined {
  const documents: string[] = []
  let from = 0
  for (const separator of text.matchAll(/^---(.*)$/gm)) {
    const rest = (separator[1] ?? '').trim()
    if (rest !== '' && !rest.startsWith('#')) return undefined
    documents.push(text.slice(from, separator.index))
    from = separator.index + separator[0].length
  }
  return [...documents, text.slice(from)].filter((document) => document.trim() !== '')
}
