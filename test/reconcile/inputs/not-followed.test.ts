import { describe, expect, it } from 'vitest'
import type { ApplicationOptions } from '../../simulation/application.ts'
import { CHART, inputsOf, link, one, type Files } from './inputs-of.ts'

describe('what cannot be followed is not known, by name', () => {
  it.each<[string, ApplicationOptions, Files]>([
    ['what the plugin reads that renders apps/web', one({ plugin: {} }), { 'apps/web/a.yaml': 'x: 1\n' }],
    [
      'the value file secrets://env/prod.yaml',
      one({ helm: { valueFiles: ['secrets://env/prod.yaml'] } }),
      { 'apps/web/Chart.yaml': CHART },
    ],
    ['the submodule apps/web/sub', one(), { 'apps/web/kustomization.yaml': 'resources: [sub/a.yaml]\n', 'apps/web/sub': submodule() }],
    ['the symbolic link apps/web/a.yaml, which leaves the repository', one(), { 'apps/web/a.yaml': link('/etc/a.yaml') }],
    [
      'the remote base github.com/acme/base?ref=v1',
      one(),
      { 'apps/web/kustomization.yaml': 'resources: ["github.com/acme/base?ref=v1"]\n' },
    ],
    ...[
      `https://files.example/base.yaml?ref=${'a'.repeat(40)}`,
      `https://files.example/base?ref=${'a'.repeat(40)}`,
      `https://github.com/acme/base/raw/x.yml?ref=${'a'.repeat(40)}`,
    ].map((url): [string, ApplicationOptions, Files] => [
      `the remote base ${url}`,
      one(),
      { 'apps/web/kustomization.yaml': `resources: ["${url}"]\n` },
    ]),
    [
      'the chart a that apps/web/Chart.yaml names by a range, without a lock',
      one(),
      { 'apps/web/Chart.yaml': 'dependencies:\n- {name: a, repository: "https://charts.example", version: ^1.2.0}\n' },
    ],
    ['apps/web/kustomization.yaml, which cannot be read as YAML', one(), { 'apps/web/kustomization.yaml': 'resources: [\n' }],
    [
      'apps/web/kustomization.yaml, which is too large or no file',
      one(),
      { 'apps/web/kustomization.yaml': `resources: [a.yaml]\n${'#'.repeat(300_000)}\n` },
    ],
    [
      'apps/web/kustomization.yaml, which cannot be read as YAML',
      one(),
      { 'apps/web/kustomization.yaml': Array.from({ length: 20_000 }, (_, index) => `k${index}: 1`).join('\n') },
    ],
    [
      'the plugin Magic of apps/web/g.yaml',
      one(),
      { 'apps/web/kustomization.yaml': 'generators: [g.yaml]\n', 'apps/web/g.yaml': 'apiVersion: example/v1\nkind: Magic\n' },
    ],
    ['what apps/web/a.jsonnet imports as nowhere.libsonnet', one(), { 'apps/web/a.jsonnet': 'import "nowhere.libsonnet"' }],
    ['the include or exclude of apps/web', one({ directory: { exclude: '{' } }), { 'apps/web/a.yaml': 'x: 1\n' }],
  ])('%s', async (expected, options, files) => {
    expect((await inputsOf(files, options)).unknown).toEqual([expected])
  })

  it.each([
    'https://github.com/acme/base',
    'https://git.example/acme/base.git',
    'https://git.example/acme/base//web',
    'ssh://git@git.example/acme/base',
  ])('a base of Git at a full commit cannot move: %s', async (url) => {
    const text = `resources: ["${url}?ref=${'a'.repeat(40)}"]\n`
    expect((await inputsOf({ 'apps/web/kustomization.yaml': text }, one())).unknown).toEqual([])
  })
})

function submodule(): { mode: string; text: string } {
  return { mode: '160000', text: '1'.repeat(40) }
}
