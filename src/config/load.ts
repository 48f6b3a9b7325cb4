import { existsSync, readFileSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { KedgeError } from '../domain/errors.ts'
import type { PolicySettings } from '../domain/policy/settings.ts'
import type { Registry } from '../ports/manifest.ts'
import { registry } from '../registry.ts'
import { entriesOf } from './entries.ts'
import type { Environment } from './env.ts'
import { spellFault, spellPath, spellValue, type ConfigFault } from './faults.ts'
import type { RuleFault } from './faults.ts'
import { filesNamedIn, type NamedFile } from './named-files.ts'
import { parseConfig, type ParsedConfig } from './parse.ts'
import { checkRules } from './rules.ts'
import { readSecrets, type Secrets } from './secrets.ts'
import { toConfig, toPolicySettings, type Config } from './settings.ts'
import { findWarnings } from './warnings.ts'

export interface LoadedConfig {
  config: Config
  secrets: Secrets
  /** What works and should still be changed, each a line. */
  warnings: readonly ConfigFault[]
  /** The configuration and every secret that it names, by absolute path, whether they are there or not. */
  files: readonly string[]
  /** Every file that it names to be read, whether it is there or not. */
  named: readonly NamedFile[]
  /** Whether there is a file at all: else the built-in settings hold. */
  isThere: boolean
}

/** Where the configuration is, and where secrets may be that no file is named for. */
export interface ConfigLocation {
  file: string
  env: Environment
  /** Nobody has named the file: without one, the built-in settings hold, which only look. */
  optional?: boolean
  /** Which forges and channels there are; those of this program by default. */
  vendors?: Registry
}

/** What an absent file says. */
const NOTHING_SAID = 'apiVersion: kedge/v1'

/**
 * Reads the configuration and its secrets.
 * @throws KedgeError E_CONFIG_INVALID that names every fault at once, each with its line, path, value and reason
 */
export function loadConfig(location: ConfigLocation): LoadedConfig {
  const { loaded, faults } = checkConfig(location, { secrets: true })
  if (!loaded) throw invalid(location.file, faults)
  return loaded
}

/**
 * Reads only what deciding needs, for a replay: no secret, no forge, no channel is asked for.
 * @throws KedgeError E_CONFIG_INVALID
 */
export function loadPolicySettings(file: string): PolicySettings {
  const parsed = readFile(file, registry)
  if (!parsed.file) throw invalid(file, parsed.faults)
  return toPolicySettings(parsed.file, entriesOf(parsed.file, registry))
}

/**
 * The configuration that a text comes to, for whoever needs no secret: a replay, a simulation.
 * @param folder relative paths are relative to it
 * @throws KedgeError E_CONFIG_INVALID
 */
export function readConfig(text: string, folder: string, vendors: Registry = registry): Config {
  const parsed = parseConfig(text, vendors)
  if (!parsed.file) throw invalid('the configuration', parsed.faults)
  return toConfig(parsed.file, entriesOf(parsed.file, vendors), folder)
}

/**
 * Whether a text can be the configuration, its rules between keys included; secrets are not looked for.
 * @throws KedgeError E_CONFIG_INVALID
 */
export function assertUsable(text: string, name: string, vendors: Registry = registry): void {
  const parsed = parseConfig(text, vendors)
  const faults = parsed.file
    ? checkRules(parsed.file, entriesOf(parsed.file, vendors)).map((fault) => placed(fault, parsed))
    : parsed.faults
  if (faults.length > 0) throw invalid(name, faults)
}

/**
 * Finds every fault of a configuration, those of its secrets only when asked, and what works and should still be changed. `loaded` is
 * there exactly when there is no fault; `files`, those of {@link LoadedConfig}, as far as they are known.
 */
export function checkConfig(
  { file, env, optional, vendors = registry }: ConfigLocation,
  look: { secrets: boolean },
): { loaded?: LoadedConfig; faults: readonly ConfigFault[]; warnings: readonly ConfigFault[]; files: readonly string[] } {
  const isThere = !optional || existsSync(file)
  const parsed = isThere ? readFile(file, vendors) : parseConfig(NOTHING_SAID, vendors)
  if (!parsed.file) return { faults: parsed.faults, warnings: [], files: [resolve(file)] }
  const folder = dirname(resolve(file))
  const entries = entriesOf(parsed.file, vendors)
  const { secrets, faults: secretFaults, files: secretFiles } = readSecrets(parsed.file, entries, { folder, env })
  const files = [resolve(file), ...secretFiles]
  const found = [...checkRules(parsed.file, entries), ...(look.secrets ? secretFaults : [])]
  const warnings = findWarnings(parsed.file, entries, secrets).map((warning) => placed(warning, parsed))
  if (found.length > 0) return { faults: found.map((fault) => placed(fault, parsed)), warnings, files }
  const config = { ...toConfig(parsed.file, entries, folder), warnings: warnings.map(spellFault) }
  return { loaded: { config, secrets, warnings, files, named: filesNamedIn(parsed.file, folder), isThere }, faults: [], warnings, files }
}

function readFile(file: string, vendors: Registry): ParsedConfig {
  try {
    return parseConfig(readFileSync(file, 'utf8'), vendors)
  } catch (fault) {
    const code = fault instanceof Error && 'code' in fault ? String(fault.code) : String(fault)
    const reason = code === 'ENOENT' ? 'does not exist. Name it with --config FILE or the variable KEDGE_CONFIG' : `cannot be read, ${code}`
    return { file: undefined, faults: [{ path: '', reason }], lineOf: () => undefined }
  }
}

function placed({ path, reason, value }: RuleFault, parsed: ParsedConfig): ConfigFault {
  return { path: spellPath(path), line: parsed.lineOf(path), value: spellValue(value), reason }
}

function invalid(file: string, faults: readonly ConfigFault[]): KedgeError {
  return new KedgeError('E_CONFIG_INVALID', describeFaults(file, faults))
}

/** All faults of a file as people read them, one a line. */
export function describeFaults(file: string, faults: readonly ConfigFault[]): string {
  const [only] = faults
  if (faults.length === 1 && only?.path === '') return `${file} ${spellFault(only)}`
  return [`${file} has ${faults.length} fault${faults.length === 1 ? '' : 's'}`, ...faults.map((fault) => `  ${spellFault(fault)}`)].join(
    '\n',
  )
}
