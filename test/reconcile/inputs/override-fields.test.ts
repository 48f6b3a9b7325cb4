import { expect, it } from 'vitest'
import { gitSources } from '../../../src/domain/application/inputs.ts'
import type { SourceSnapshot } from '../../../src/domain/application/snapshots.ts'
import { withOverrides } from '../../../src/reconcile/inputs/overrides.ts'
import { REPO, type ApplicationOptions } from '../../simulation/application.ts'
import { stagedApplication } from '../an-application.ts'
import { aLook, SUBMODULE } from './a-repository.ts'
import { link, one, type Files } from './inputs-of.ts'

const FIRST = 'apps/web/.argocd-source.yaml'
const LOOKED = [FIRST, 'apps/web/.argocd-source-shop.yaml', 'apps/web/.argocd-source-argocd_shop.yaml']

/** What the files of overrides change of a source, and what is found on the way. */
async function overridden(files: Files, options: ApplicationOptions) {
  const application = stagedApplication(options)
  const [source] = gitSources(application)
  if (!source) throw new Error('no source')
  const { look, told } = aLook(files)
  const after = await withOverrides(look, application, source)
  const changed = Object.entries(after).filter(([key, value]) => value !== source.source[key as keyof SourceSnapshot])
  return { changed: Object.fromEntries(changed), told: told() }
}

const HELM = one({ helm: { valueFiles: ['a.yaml'], fileParameters: [{ name: 'x', path: 'x.txt' }] } })
const PLAIN = one({ directory: { recurse: true, include: '*.yaml', exclude: 'x.yaml' } })
const CODE = `{jsonnet: {extVars: [{name: x, code: true, value: "import 'x'"}]}}`

it.each<[string, string, object, ApplicationOptions?]>([
  ['nothing', '', { folders: [] }],
  ['the tool, where the Application says none', 'kustomize: {}', { folders: [], tool: 'Kustomize' }],
  ['no tool where the Application says one', 'kustomize: {components: [../c]}', { folders: ['../c'] }, HELM],
  ['the value files, to the last', 'helm: {valueFiles: []}', { folders: [], valueFiles: [] }, HELM],
  ['file parameters', 'helm: {fileParameters: [{name: x, path: y.txt}]}', { folders: [], fileParameters: ['y.txt'] }, HELM],
  ['no file parameters where it names none', 'helm: {fileParameters: [], valuesObject: {a: {b: 1}}}', { folders: [] }, HELM],
  [
    'folders besides',
    'kustomize: {components: [../c], patches: [{path: p.yaml}], commonLabels: {a: b}}',
    { folders: ['../c', 'p.yaml'], tool: 'Kustomize' },
  ],
  ['a plugin’s own', 'plugin: {name: x, env: [{name: a}]}', { folders: [], tool: 'Plugin' }],
  [
    'how a folder is read, and leaves the rest',
    'directory: {include: "*.json"}',
    { folders: [], directory: { recurse: true, include: '*.json', exclude: 'x.yaml', anyEnding: false, importsByCode: false } },
    PLAIN,
  ],
  [
    'all of how a folder is read',
    'directory: {recurse: false, include: "", exclude: "", disableExtensionFilter: true, jsonnet: {libs: [vendor], tlas: []}}',
    {
      folders: ['/vendor'],
      directory: { recurse: false, include: undefined, exclude: undefined, anyEnding: true, importsByCode: false },
    },
    PLAIN,
  ],
  [
    'that code imports',
    `directory: ${CODE}`,
    {
      folders: [],
      tool: 'Directory',
      directory: { recurse: false, include: undefined, exclude: undefined, anyEnding: false, importsByCode: true },
    },
  ],
])('.argocd-source.yaml changes %s', async (_, text, changed, options = one()) => {
  expect(await overridden({ [FIRST]: text }, options)).toEqual({ changed, told: { own: LOOKED } })
})

it('code that the Application’s own variables import stays so', async () => {
  const options = one({ directory: { jsonnet: { extVars: [{ name: 'x', code: true, value: `import 'x'` }] } } })
  const { changed } = await overridden({ [FIRST]: 'directory: {recurse: true}' }, options)
  expect(changed).toMatchObject({ directory: { recurse: true, importsByCode: true } })
})

it('any ending stays so, where nothing else is said', async () => {
  const files = { [FIRST]: 'directory: {disableExtensionFilter: true}', [LOOKED[1] ?? '']: 'directory: {recurse: true}' }
  expect((await overridden(files, one())).changed).toMatchObject({ directory: { recurse: true, anyEnding: true } })
})

it('the later of several files wins', async () => {
  const [first = '', second = '', third = ''] = LOOKED
  const files = { [first]: 'helm: {valueFiles: [a]}', [second]: 'helm: {valueFiles: [b]}', [third]: 'helm: {valueFiles: [c]}' }
  expect((await overridden(files, one())).changed).toMatchObject({ valueFiles: ['c'] })
})

it.each<[string, Files, object]>([
  ['of a folder that is not there', {}, { own: LOOKED }],
  ['of what is no YAML', { [FIRST]: 'a: [' }, { own: LOOKED, unknown: [`${FIRST}, which cannot be read as YAML`] }],
  ['of what is too large', { [FIRST]: '#'.repeat(300_000) }, { own: LOOKED, unknown: [`${FIRST}, which is too large or no file`] }],
  ['of a folder of that name', { [`${FIRST}/x`]: 'x' }, { own: LOOKED }],
  ['by a link to an empty file', { [FIRST]: link('../../e'), e: '' }, { own: [FIRST, 'e', ...LOOKED.slice(1)], named: [FIRST] }],
  ['by a link to nowhere', { [FIRST]: link('gone') }, { own: LOOKED, named: [FIRST] }],
  ['in a submodule', { apps: SUBMODULE }, { unknown: ['the submodule apps'] }],
])('nothing is changed %s', async (_, files, told) => {
  const found = await overridden(files, one())
  expect(found.told).toEqual(told)
  expect(Object.keys(found.changed).filter((key) => key !== 'folders')).toEqual([])
})

it('nothing is changed of a source without a folder, or with one outside of the repository', async () => {
  const sources = [{ repoURL: REPO, targetRevision: 'main', ref: 'values' }]
  for (const options of [{ sources }, one({ path: '../web' })])
    expect(await overridden({ [FIRST]: 'kustomize: {}' }, options)).toEqual({ changed: {}, told: {} })
})

it.each([
  ['directory: {recurse: "yes"}', 'directory.recurse'],
  ['directory: {disableExtensionFilter: 1}', 'directory.disableExtensionFilter'],
  ['directory: {exclude: [x]}', 'directory.exclude'],
  ['directory: {jsonnet: [x]}', 'directory.jsonnet'],
  ['directory: {jsonnet: {libs: x}}', 'directory.jsonnet.libs'],
  ['directory: {jsonnet: {magic: [x], tlas: []}}', 'directory.jsonnet.magic'],
  ['helm: {fileParameters: {a: b}}', 'helm.fileParameters'],
  ['kustomize: {components: x}', 'kustomize.components'],
  ['kustomize: {patches: x}', 'kustomize.patches'],
  ['helm: [x]', 'helm'],
  ['kustomize: null', 'kustomize'],
])('what nobody here knows the meaning of is not known, and nothing else: %s', async (text, field) => {
  const { told } = await overridden({ [FIRST]: text }, one())
  expect(told).toEqual({ own: LOOKED, unknown: [`${field} in ${FIRST}`] })
})
