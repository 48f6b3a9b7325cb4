import type { Registry } from '../ports/manifest.ts'
import { registry } from '../registry.ts'
import { readDocument, type ConfigDocument } from './document.ts'
import { explainIssue } from './explain-issue.ts'
import { looksSecret, spellPath, spellValue, type ConfigFault, type ConfigPath } from './faults.ts'
import { configFile, configJsonSchema, type ConfigFile } from './schema.ts'

/** A configuration file as far as it could be read. `file` is there exactly when there is no fault. */
export interface ParsedConfig {
  file: ConfigFile | undefined
  faults: readonly ConfigFault[]
  /** Line of a path, for faults that are found later. */
  lineOf: (path: ConfigPath) => number | undefined
}

/** Reads the text of a configuration file and finds everything that is wrong with its form. Pure. */
export function parseConfig(text: string, vendors: Registry = registry): ParsedConfig {
  const document = readDocument(text)
  if (document.faults.length > 0) return { file: undefined, faults: document.faults, lineOf: document.lineOf }
  const secrets = findSecrets(document.value).map((path) => ({
    path: spellPath(path),
    line: document.lineOf(path),
    reason: 'looks like a secret (not shown). Put it into a file and name the file in the key that ends in File',
  }))
  const parsed = configFile(vendors).safeParse(document.value ?? {})
  const faults = [...secrets, ...(parsed.success ? [] : explainAll(parsed.error.issues, document, configJsonSchema(vendors)))]
  return { file: parsed.success && faults.length === 0 ? parsed.data : undefined, faults, lineOf: document.lineOf }
}

function explainAll(
  issues: Parameters<typeof explainIssue>[0][],
  document: ConfigDocument,
  schema: Record<string, unknown>,
): readonly ConfigFault[] {
  const valueAt = (path: ConfigPath) => path.reduce((value: unknown, part) => memberOf(value, part), document.value)
  const explained = issues.flatMap((issue) => explainIssue(issue, schema, valueAt))
  return explained
    .map(({ path, reason, showValue }) => ({
      path: spellPath(path),
      line: document.lineOf(path),
      value: showValue ? spellValue(valueAt(path)) : undefined,
      reason,
    }))
    .toSorted((a, b) => (a.line ?? 0) - (b.line ?? 0))
}

function memberOf(value: unknown, part: string | number): unknown {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, part)) return undefined
  return (value as Record<string | number, unknown>)[part]
}

function findSecrets(value: unknown, path: ConfigPath = []): readonly ConfigPath[] {
  if (typeof value === 'string') return looksSecret(value) ? [path] : []
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([key, member]) => findSecrets(member, [...path, Array.isArray(value) ? Number(key) : key]))
}
