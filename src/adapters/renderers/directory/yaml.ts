import { isScalar, Lexer, parseDocument, visit, type Document, type ScalarTag } from 'yaml'
import { isCostlyYaml } from '../../../domain/words/yaml-cost.ts'

const MOST_ALIASES = 100

/**
 * Plain scalars as Argo CD's parser reads them, which is neither YAML 1.1 nor 1.2: `yes` and `on` are true, `0644` is octal, there is no
 * base 60 and no date. Source: go.yaml.in/yaml/v2 `resolve.go`.
 */
const SCALARS: readonly ScalarTag[] = [
  plain('null', /^(?:~|null|Null|NULL|)$/, () => null),
  plain('bool', /^(?:y|Y|yes|Yes|YES|true|True|TRUE|on|On|ON)$/, () => true),
  plain('bool', /^(?:n|N|no|No|NO|false|False|FALSE|off|Off|OFF)$/, () => false),
  // JSON, which manifests become, cannot say these.
  plain('float', /^(?:[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN))$/, (text, onError) => onError('no number of JSON') ?? text),
  plain('float', /^[-+.\d]/, (text) => numberIn(text) ?? text),
]

function plain(name: string, test: RegExp, resolve: (text: string, onError: (message: string) => void) => unknown): ScalarTag {
  return { tag: `tag:yaml.org,2002:${name}`, default: true, test, resolve }
}

const RADICES: readonly { digits: RegExp; radix: number }[] = [
  { digits: /^0[bB]([01]+)$/, radix: 2 },
  { digits: /^0[oO]?([0-7]+)$/, radix: 8 },
  { digits: /^0[xX]([0-9a-fA-F]+)$/, radix: 16 },
  { digits: /^(0|[1-9][0-9]*)$/, radix: 10 },
]

/** The number that a text is; undefined where it stays a text, such as one beyond all numbers. */
function numberIn(text: string): number | undefined {
  const bare = text.startsWith('.') ? text : text.replaceAll('_', '')
  const sign = bare.startsWith('-') ? -1 : 1
  const unsigned = bare.replace(/^[-+]/, '')
  for (const { digits, radix } of RADICES) {
    const [, found] = digits.exec(unsigned) ?? []
    // Whole numbers know no minus zero.
    if (found !== undefined) return sign * Number.parseInt(found, radix) + 0
  }
  if (!/^(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?$/.test(unsigned)) return undefined
  const value = sign * Number(unsigned)
  return Number.isFinite(value) ? value : undefined
}

/** What a document says; or why it is not told: it does not parse (`failed`), or Argo CD's parser may read what is not read here. */
export type ParsedYaml = { value: unknown } | { fault: 'failed' | 'unsupported' }

/** Reads one document; what nests deeper, or repeats itself more, than anything that is meant, is not read. Never throws or warns. */
export function parseYaml(text: string): ParsedYaml {
  try {
    if (isCostlyYaml(text, (given) => new Lexer().lex(given))) return { fault: 'unsupported' }
    const document = parseDocument(text, {
      version: '1.1',
      schema: 'failsafe',
      customTags: (tags) => [...tags, ...SCALARS],
      merge: true,
      // Keys are compared with each other otherwise, which costs the square of their number. Argo CD's parser takes the last one.
      uniqueKeys: false,
      strict: false,
      logLevel: 'silent',
      prettyErrors: false,
    })
    if (document.errors.length > 0) return { fault: 'failed' }
    if (isReadOtherwise(document)) return { fault: 'unsupported' }
    return { value: document.toJS({ maxAliasCount: MOST_ALIASES }) as unknown }
  } catch {
    return { fault: 'unsupported' }
  }
}

/**
 * What Argo CD's parser takes for something else: it lets a merge that comes late overwrite, takes no null, list or map for a name, and
 * resolves tags of its own. Names that are lists or maps would also cost the most of all.
 */
function isReadOtherwise(document: Document): boolean {
  let found = false
  visit(document, {
    Map: (_, { items }) => {
      found ||= items.some(({ key }, index) => !isScalar(key) || key.value === null || (index > 0 && key.source === '<<'))
    },
    Node: (_, { tag }) => {
      found ||= tag !== undefined && !PLAIN_TAGS.has(tag)
    },
  })
  return found
}

const PLAIN_TAGS: ReadonlySet<string> = new Set(['str', 'map', 'seq'].map((name) => `tag:yaml.org,2002:${name}`))
