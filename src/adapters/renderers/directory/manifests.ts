import { hash } from 'node:crypto'
import { setImmediate } from 'node:timers/promises'
import { irreversibleAmong } from '../../../domain/application/irreversible.ts'
import { namedTemplates } from '../../../domain/application/named-templates.ts'
import { releasedPart, type ReleasedHash } from '../../../domain/application/rendered-objects.ts'
import { ANALYSIS_READ, isRead, KINDS_READ, type IrreversibleObject } from '../../../domain/application/rendered.ts'
import { canonicalJson } from '../../../domain/canonical-json.ts'
import { inTurns } from '../../../domain/in-turns.ts'
import { isFields } from '../../../domain/rollout/template-shape.ts'
import { splitDocuments } from '../../../domain/words/yaml-documents.ts'
import { parseYaml, type ParsedYaml } from './yaml.ts'

/** A document that may hold a Rollout and is larger than this is not read: parsing it would hold everybody up. */
const LARGEST_DOCUMENT = 32 * 1024

/** Manifests of a file that can matter, with a hash of each that is about analysis; or why the file cannot be read. */
export type FileManifests =
  | {
      manifests: readonly unknown[]
      analyses: readonly string[]
      irreversible: readonly IrreversibleObject[]
      /** What each manifest is, and a hash of what of it is a release; undefined for one of which that is not told. */
      objects: readonly (ReleasedHash | undefined)[]
      size: number
    }
  | { fault: FileFault }

/** `unsupported`: Argo CD may read what is not read here. */
export type FileFault = 'failed' | 'unsupported' | 'too-large'

const NOTHING = { manifests: [], analyses: [], irreversible: [], objects: [], size: 0 } as const

/** More documents of a file are not read: each costs its parser as much as some text does, however little is in it. */
const MOST_DOCUMENTS = 2_000

const SKIPPED = '+argocd:skip-file-rendering'

/**
 * The manifests of one file that a Rollout and its template may be among. Documents that name none of these kinds are not even parsed; so
 * one of them that is broken, which stops Argo CD, does not stop us.
 */
export async function readManifests(name: string, text: string): Promise<FileManifests> {
  if (text.includes(SKIPPED)) return NOTHING
  const documents = name.endsWith('.json') ? [text] : splitDocuments(text.replace(/^\uFEFF/, ''), MOST_DOCUMENTS)
  if (documents && documents.length > MOST_DOCUMENTS) return { fault: 'too-large' }
  const analyses = (documents ?? [text]).filter((document) => document.includes(ANALYSIS_READ)).map(hashOf)
  if (!documents) return KINDS_READ.some((kind) => text.includes(kind)) ? { fault: 'failed' } : { ...NOTHING, analyses }
  const found = await inTurns(manifestsIn(documents), () => setImmediate())
  if ('fault' in found) return found
  const irreversible = await irreversibleObjects(documents)
  const size = found.size + (analyses.length + 2 * irreversible.length) * 64
  return { ...NOTHING, manifests: found.manifests, analyses, irreversible, size }
}

type Parsed = { manifests: readonly unknown[]; size: number } | { fault: FileFault }

function* manifestsIn(documents: readonly string[]): Generator<number, Parsed> {
  const manifests: unknown[] = []
  let size = 0
  for (const document of documents) {
    if (!KINDS_READ.some((kind) => document.includes(kind))) continue
    if (document.length > LARGEST_DOCUMENT) return { fault: 'too-large' }
    const parsed = parse(document)
    if ('fault' in parsed) return parsed
    manifests.push(...unpack(parsed.value).filter(isRead))
    size += document.length
    yield document.length
  }
  return { manifests, size }
}

/** Above it, texts are compared and not what they say: parsing would hold everybody up. */
const LARGEST_PARSED = 2 * LARGEST_DOCUMENT

/** One hash for each manifest of a file, whatever its kind: equal where they say the same, however they are written. */
export function hashManifests(name: string, text: string): FileManifests {
  if (text.includes(SKIPPED)) return NOTHING
  const split = name.endsWith('.json') ? undefined : splitDocuments(text.replace(/^\uFEFF/, ''), MOST_DOCUMENTS)
  const documents = split && split.length <= MOST_DOCUMENTS ? split : [text]
  const read = documents.flatMap((document) => (text.length > LARGEST_PARSED ? [{ spelling: document }] : spellings(document)))
  const objects = read.map(({ object }) => object)
  return { ...NOTHING, manifests: read.map(({ spelling }) => hashOf(spelling)), objects, size: read.length * 400 }
}

async function irreversibleObjects(documents: readonly string[]): Promise<readonly IrreversibleObject[]> {
  const work = irreversibleAmong(documents, (document) => {
    const parsed = document.length > LARGEST_DOCUMENT ? undefined : parse(document)
    return parsed && 'value' in parsed ? [parsed.value] : undefined
  })
  const found = await inTurns(work, () => setImmediate())
  return found.map(({ kind, name, content }) => ({ kind, name, hash: hashOf(content) }))
}

function hashOf(text: string): string {
  return hash('sha256', text)
}

interface Spelled {
  spelling: string
  object?: ReleasedHash | undefined
}

function spellings(document: string): readonly Spelled[] {
  const parsed = parse(document)
  if ('fault' in parsed) return [{ spelling: document }]
  try {
    return unpack(parsed.value).map((manifest) => {
      const released = releasedPart(manifest)
      const spell = (value: unknown): string => withLost(canonicalJson(value), document)
      const spelling = spell(manifest)
      const object = released && {
        id: released.id,
        borrows: released.borrows,
        hash: hashOf(spell(released.part)),
        whole: hashOf(spelling),
        templates: namedTemplates(manifest),
        ...(released.lent && { lent: hashOf(spell(released.lent)) }),
      }
      return { spelling, object }
    })
  } catch {
    // Nested deeper than the stack is.
    return [{ spelling: document }]
  }
}

/** Large whole numbers in canonical JSON, and what looks like one in a text. */
const LARGE = /[:[,]-?(\d{16,})(?=[,}\]])/g

/** What an object says, with the text of its document where that says more: several whole numbers are read as one beyond 2 to the 53rd. */
function withLost(spelling: string, document: string): string {
  const isLost = [...spelling.matchAll(LARGE)].some(([, digits]) => !Number.isSafeInteger(Number(digits)))
  return isLost ? `${spelling}\n${document}` : spelling
}

function parse(text: string): ParsedYaml {
  if (/^\s*\{/.test(text)) {
    try {
      return { value: JSON.parse(text) as unknown }
    } catch {
      // A flow mapping of YAML begins like that as well.
    }
  }
  return parseYaml(text)
}

/** What has a list of `items` is a list, whatever it calls itself; lists in lists are not unpacked. */
function unpack(value: unknown): readonly unknown[] {
  if (!isFields(value)) return []
  const items = value['items']
  return Array.isArray(items) ? items : [value]
}
