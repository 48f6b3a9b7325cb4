import { clean } from '../../domain/application/inputs.ts'
import { join, parentOf, type Look } from './look.ts'

const MOST_FILES = 200

/**
 * Reads Jsonnet files and all that they import, to the end: beside the file that imports, then in the libraries, the last first, and in
 * the Application's folder. Source: Argo CD `reposerver/repository/repository.go` makeJsonnetVM, go-jsonnet `imports.go` FileImporter.
 */
export async function readJsonnet(look: Look, files: readonly string[], libraries: readonly string[]): Promise<void> {
  const queue = [...files]
  const seen = new Set<string>()
  for (let file = queue.shift(); file !== undefined; file = queue.shift()) {
    if (seen.has(file)) continue
    seen.add(file)
    if (seen.size > MOST_FILES) return look.unknown(`more than ${MOST_FILES} Jsonnet files`)
    const text = (await look.text(file)) ?? ''
    if (/\bimport(?:str|bin)?\s*(?:\/[/*]|#)/.test(text)) look.unknown(`an import in ${file} with a comment in it`)
    for (const { name, isCode } of importsOf(text)) {
      const found = await findImport(look, name, [parentOf(file), ...libraries])
      if (found === undefined) look.unknown(`what ${file} imports as ${name}`)
      else if (isCode) queue.push(found)
    }
  }
}

/** Imports cannot be computed, so they all stand in the text; one in a comment only makes an input more. */
function importsOf(text: string): readonly { name: string; isCode: boolean }[] {
  return [...text.matchAll(/\bimport(str|bin)?\s*@?(?:"([^"\n]*)"|'([^'\n]*)')/g)].map(([, kind, double, single]) => ({
    name: double ?? single ?? '',
    isCode: kind === undefined,
  }))
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
    return place.path
  }
  return undefined
}
