import { createHash } from 'node:crypto'
import { irreversibleAmong } from '../../../domain/application/irreversible.ts'
import { releasedPart } from '../../../domain/application/rendered-objects.ts'
import { ANALYSIS_READ, isRead, KINDS_READ, type IrreversibleObject } from '../../../domain/application/rendered.ts'
import { canonicalJson } from '../../../domain/canonical-json.ts'
import { isFields } from '../../../domain/rollout/template-shape.ts'
import { splitDocuments } from '../../../domain/words/yaml-documents.ts'
import { parseYaml } from './yaml.ts'

/** A document that may hold a Rollout and is larger than this is not read: parsing it would hold everybody up. */
const LARGEST_DOCUMENT = 32 * 1024

/** Manifests of a file that can matter, with a hash of each that is about analysis; or why the file cannot be read. */
export type FileManifests =
  | {
      manifests: readonly unknown[]
      analyses: readonly string[]
      irreversible: readonly IrreversibleObject[]
      /** What each manifest is, and a hash of what of it is a release; undefined for one of which that is not told. */
      objects: readonly ({ id: string; hash: string } | undefined)[]
      size: number
    }
  | { fault: 'failed' | 'too-large' }

const NOTHING = { manifests: [], analyses: [], irreversible: [], objects: [], size: 0 } as const

const SKIPPED = '+argocd:skip-file-rendering'

/**
 * The manifests of one file that a Rollout and its template may be among. Documents that name none of these kinds are not even parsed; so
 * one of them that is broken, which stops Argo CD, does not stop us.
 */
export function readManifests(name: string, text: string): FileManifests {
  if (text.includes(SKIPPED)) return NOTHING
  const documents = name.endsWith('.json') ? [text] : splitDocuments(text.replace(/^\uFEFF/, ''))
  const analyses = (documents ?? [text]).filter((document) => document.includes(ANALYSIS_READ)).map(hashOf)
  if (!documents) return KINDS_READ.some((kind) => text.includes(kind)) ? { fault: 'failed' } : { ...NOTHING, analyses }
  const found: unknown[] = []
  const irreversible = irreversibleObjects(documents)
  let size = 0
  for (const document of documents) {
    if (!KINDS_READ.some((kind) => document.includes(kind))) continue
    if (document.length > LARGEST_DOCUMENT) return { fault: 'too-large' }
    const parsed = parse(document)
    if (!parsed) return { fault: 'failed' }
    found.push(...unpack(parsed.value).filter(isRead))
    size += document.length
  }
  return { ...NOTHING, manifests: found, analyses, irreversible, size: size + (analyses.length + 2 * irreversible.length) * 64 }
}

/** Above it, texts are compared and not what they say: parsing would hold everybody up. */
const LARGEST_PARSED = 2 * LARGEST_DOCUMENT

/** One hash for each manifest of a file, whatever its kind: equal where they say the same, however they are written. */
export function hashManifests(name: string, text: string): FileManifests {
  if (text.includes(SKIPPED)) return NOTHING
  const documents = (name.endsWith('.json') ? undefined : splitDocuments(text.replace(/^\uFEFF/, ''))) ?? [text]
  const read = documents.flatMap((document) => (text.length > LARGEST_PARSED ? [{ spelling: document }] : spellings(document)))
  const objects = read.map(({ object }) => object && { id: object.id, hash: hashOf(object.spelling) })
  return { ...NOTHING, manifests: read.map(({ spelling }) => hashOf(spelling)), objects, size: read.length * 200 }
}

function irreversibleObjects(documents: readonly string[]): readonly IrreversibleObject[] {
  const found = irreversibleAmong(documents, (document) => {
    const parsed = document.length > LARGEST_DOCUMENT ? undefined : parse(document)
    return parsed && unpack(parsed.value)
  })
  return found.map(({ kind, name, content }) => ({ kind, name, hash: hashOf(content) }))
}

function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}

interface Spelled {
  spelling: string
  object?: { id: string; spelling: string } | undefined
}

function spellings(document: string): readonly Spelled[] {
  const parsed = parse(document)
  if (!parsed) return [{ spelling: document }]
  try {
    return unpack(parsed.value).map((manifest) => {
      const released = releasedPart(manifest)
      return { spelling: canonicalJson(manifest), object: released && { id: released.id, spelling: canonicalJson(released.part) } }
    })
  } catch {
    // Nested deeper than the stack is.
    return [{ spelling: document }]
  }
}

function parse(text: string): { value: unknown } | undefined {
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
