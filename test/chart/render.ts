import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseAllDocuments } from 'yaml'
import { CHART, findHelm, runHelm } from '../../tools/chart/helm.ts'

export const helm = findHelm()
/** Why chart tests are passed over, in their titles; empty where they run. */
export const WITHOUT_HELM = helm === undefined ? ' (skipped: no helm; `npm run helm:fetch` brings one)' : ''

/** A rendered object, as far as tests look into it. */
// oxlint-disable-next-line typescript/no-explicit-any -- manifests of thirteen kinds; the API server has their types
export type Manifest = any

const CI = join(CHART, 'ci')
const DOCS = fileURLToPath(new URL('../../docs', import.meta.url))

/** Every set of values that ships: those of `ci/`, and each block of a page in docs that begins with `# values.yaml`. */
export function valueSets(): readonly { name: string; yaml: string }[] {
  const files = readdirSync(CI).map((name) => ({ name, yaml: readFileSync(join(CI, name), 'utf8') }))
  const blocks = readdirSync(DOCS)
    .filter((page) => page.endsWith('.md'))
    .flatMap((page) => blocksOf(page, '# values.yaml').map((yaml, at) => ({ name: `docs/${page}, block ${at + 1}`, yaml })))
  return [...files, ...blocks]
}

/** The blocks of YAML on a page that begin with this line. */
export function blocksOf(page: string, begins: string): readonly string[] {
  const blocks = readFileSync(join(DOCS, page), 'utf8').matchAll(/```yaml\n(.*?)```/gs)
  return [...blocks].flatMap(([, yaml = '']) => (yaml.startsWith(`${begins}\n`) ? [yaml] : []))
}

/** The chart with these values, with its tests, as objects. @throws Error with helm's own words */
export function render(yaml: string, ...flags: readonly string[]): readonly Manifest[] {
  const key = JSON.stringify([yaml, ...flags])
  const text =
    rendered.get(key) ?? runHelm(helm ?? 'helm', ['template', 'kedge', CHART, '--namespace', 'kedge', '--values', '-', ...flags], yaml)
  rendered.set(key, text)
  return parseObjects(text)
}

const rendered = new Map<string, string>()

export function parseObjects(text: string): readonly Manifest[] {
  return parseAllDocuments(text).flatMap((document) => (document.errors[0] ? [] : (document.toJS() ?? [])))
}

export function ofKind(objects: readonly Manifest[], kind: string): readonly Manifest[] {
  return objects.filter((object) => object.kind === kind)
}

/** The one object of a kind. */
export function theOne(objects: readonly Manifest[], kind: string): Manifest {
  const [one, ...more] = ofKind(objects, kind)
  if (one === undefined || more.length > 0) throw new Error(`${more.length + (one ? 1 : 0)} objects of kind ${kind}`)
  return one
}
