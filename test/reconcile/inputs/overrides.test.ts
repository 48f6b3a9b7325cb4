import { expect, it } from 'vitest'
import type { ApplicationOptions } from '../../simulation/application.ts'
import { inputsOf, layout, link, one, type Files } from './inputs-of.ts'

/** In the files, `!` stands before what is not read. */
const READ: readonly [string, Files, ApplicationOptions?][] = [
  [
    'directory.recurse, include and exclude',
    {
      'apps/web/.argocd-source.yaml': 'directory: {recurse: true, include: "*.yaml", exclude: "{x.yaml,.*}"}\n',
      'apps/web/below/a.yaml': 'x: 1\n',
      '!apps/web/x.yaml': 'x: 1\n',
      '!apps/web/below/b.json': '{}',
    },
  ],
  [
    'directory.exclude, and leaves the rest as the Application says',
    {
      'apps/web/.argocd-source-shop.yaml': 'directory: {exclude: "{x.yaml,.*}"}\n',
      'apps/web/below/a.yaml': 'x: 1\n',
      '!apps/web/x.yaml': 'x: 1\n',
    },
    one({ directory: { recurse: true } }),
  ],
  [
    'libraries of Jsonnet',
    {
      'apps/web/.argocd-source.yaml': 'directory: {jsonnet: {libs: [vendor]}}\n',
      'apps/web/a.jsonnet': 'import "b.libsonnet"',
      'vendor/b.libsonnet': '{}',
      '!vendor/c.libsonnet': '{}',
    },
  ],
  [
    'patches and components of Kustomize',
    {
      'apps/web/.argocd-source.yaml': 'kustomize: {patches: [{path: p.yaml}], components: [../../parts], images: [web=web:v2]}\n',
      'apps/web/kustomization.yaml': 'resources: []\n',
      'apps/web/p.yaml': 'x: 1\n',
      'parts/kustomization.yaml': 'kind: Component\n',
      '!apps/web/q.yaml': 'x: 1\n',
    },
  ],
  [
    'what lies in the folder that a link leads to',
    {
      'apps/web': link('../real'),
      'real/.argocd-source-shop.yaml': 'helm: {valueFiles: [../env/prod.yaml]}\n',
      'real/Chart.yaml': 'name: web\n',
      // Argo CD joins names, whatever links there are.
      'apps/env/prod.yaml': 'x: 1\n',
      '!env/prod.yaml': 'x: 1\n',
    },
  ],
  [
    'what a link leads to that is one of them',
    {
      'apps/web/.argocd-source-shop.yaml': link('../../env/source.yaml'),
      'apps/web/Chart.yaml': 'name: web\n',
      'env/source.yaml': 'helm: {valueFiles: [../../env/prod.yaml]}\n',
      'env/prod.yaml': 'x: 1\n',
    },
  ],
]

it.each(READ)('.argocd-source says %s', async (_, files, options = one()) => {
  const { files: all, expected } = layout(files)
  expect(await inputsOf(all, options)).toEqual({ read: expected, unknown: [] })
})

it.each([
  ['kustomize: {magic: x}', 'kustomize.magic'],
  ['directory: {magic: x}', 'directory.magic'],
  ['directory: {include: [x]}', 'directory.include'],
  ['directory: {jsonnet: {magic: x}}', 'directory.jsonnet.magic'],
  ['helm: {magic: x}', 'helm.magic'],
  ['helm: {valueFiles: x.yaml}', 'helm.valueFiles'],
  ['path: other', 'path'],
  ['kustomize: null', 'kustomize'],
  ['constructor: {x: 1}', 'constructor'],
])('what cannot be followed in it is not known, by name: %s', async (text, field) => {
  const files = { 'apps/web/.argocd-source.yaml': `${text}\n`, 'apps/web/a.yaml': 'x: 1\n' }
  expect((await inputsOf(files, one())).unknown).toContain(`${field} in apps/web/.argocd-source.yaml`)
})
