import { clean } from '../../domain/application/inputs.ts'
import { join, parentOf, type Look } from './look.ts'

const MOST_FILES = 200

/**
 * Reads Jsonnet files and all that they import, to the end: beside the file that imports, then in the libraries, the last first, and in
 * the Application's folder. Of a file behind a link, the link's folder counts. Source: Argo CD `reposerver/repository/repository.go`
 * makeJsonnetVM, go-jsonnet `imports.go` FileImporter.
 */
export async function readJsonnet(look: Look, files: readonly string[], libraries: readonly string[]): Promise<void> {
  const queue = [...files]
  const seen = new Set<string>()
  for (let file = queue.shift(); file !== undefined; file = queue.shift()) {
    if (seen.has(file)) continue
    seen.add(file)
    if (seen.size > MOST_FILES) return look.unknown(`more than ${MOST_FILES} Jsonnet files`)
    const place = await look.locate(file)
    const text = place.kind === 'file' ? await look.text(place.path) : undefined
    for (const { name, isCode } of text === undefined ? [] : importsOf(text)) {
      const found = await findImport(look, name, [parentOf(file), ...libraries])
      if (found === undefined) look.unknown(`what ${file} imports as ${name}`)
      else if (isCode) queue.push(found)
    }
  }
}

interface Import {
  readonly name: string
  readonly isCode: boolean
}

/** What begins something that is no code, and what imports. */
const TOKENS = /\/\/|#|\/\*|\|\|\||@?["']|\bimport(?:str|bin)?\b/g

/**
 * Imports cannot be computed, so they all stand in the text, outside of comments and texts. One that is never evaluated only makes an
 * input more. Source: go-jsonnet `internal/parser/lexer.go`.
 */
function importsOf(text: string): readonly Import[] {
  const tokens = new RegExp(TOKENS)
  const found: Import[] = []
  let begun: string | undefined
  for (let match = tokens.exec(text); match; match = tokens.exec(text)) {
    const [token] = match
    if (token.startsWith('import')) {
      begun = token
      continue
    }
    const from = tokens.lastIndex
    const end = endOf(text, token, from)
    // What does not end is no Jsonnet, or the last comment.
    if (end === undefined) return found
    tokens.lastIndex = end
    if (/^(?:\/|#)/.test(token)) continue
    if (begun !== undefined) found.push({ name: text.slice(from, end - 1), isCode: begun === 'import' })
    begun = undefined
  }
  return found
}

/** Where what a token begins has ended. */
function endOf(text: string, token: string, from: number): number | undefined {
  const after = (what: string): number | undefined => {
    const at = text.indexOf(what, from)
    return at < 0 ? undefined : at + what.length
  }
  if (token === '//' || token === '#') return after('\n')
  if (token === '/*') return after('*/')
  return token === '|||' ? endOfBlock(text, from) : endOfText(text, token, from)
}

/** A text between quotes: `@` takes every character as it is but for two quotes, which are one. */
function endOfText(text: string, token: string, from: number): number | undefined {
  const quote = token.slice(-1)
  const isVerbatim = token.startsWith('@')
  for (let at = from; at < text.length; at += 1) {
    if (text[at] === quote && !(isVerbatim && text[at + 1] === quote)) return at + 1
    if (text[at] === quote || (!isVerbatim && text[at] === '\\')) at += 1
  }
  return undefined
}

/** A block of text goes on as long as its lines are indented like the first of them. */
function endOfBlock(text: string, from: number): number | undefined {
  let indent: string | undefined
  for (let at = text.indexOf('\n', from) + 1; at > 0; at = text.indexOf('\n', at) + 1) {
    const end = text.indexOf('\n', at)
    const line = text.slice(at, end < 0 ? text.length : end)
    if (line.trim() === '') continue
    indent ??= line.slice(0, line.search(/[^ \t]/))
    if (indent === '' || !line.startsWith(indent)) return line.trimStart().startsWith('|||') ? at + line.indexOf('|||') + 3 : undefined
  }
  return undefined
}

async function findImport(look: Look, name: string, folders: readonly string[]): Promise<string | undefined> {
  if (name.startsWith('/')) return undefined
  for (const folder of folders) {
    const path = clean(join(folder, name))
    if (path === undefined) continue
    const place = await look.locate(path)
    // It would be read here if it were there.
    look.named(path)
    if (place.kind === 'absent' || place.kind === 'folder') continue
    look.named(place.path)
    return path
  }
  return undefined
}
