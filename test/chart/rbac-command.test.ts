import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { runCli } from '../../src/cli/program.ts'
import { createTerminal } from '../cli/terminal.ts'
import { ofKind, parseObjects, theOne, type Manifest } from './render.ts'

const read = (file: string): string => readFileSync(new URL(`../../${file}`, import.meta.url), 'utf8')

async function printed(...flags: string[]): Promise<readonly Manifest[]> {
  const terminal = createTerminal()
  expect([await runCli(['rbac', ...flags], terminal), terminal.err()]).toEqual([0, ''])
  return parseObjects(terminal.out())
}

/** Each rule by group and resource, with its verbs. */
const rightsOf = (rules: Manifest): string[] =>
  rules
    .flatMap(({ apiGroups, resources, verbs }: Manifest) => resources.map((one: string) => `${apiGroups.join()}/${one}: ${verbs.join()}`))
    .sort()

describe('kedge rbac', () => {
  it('prints the rights that the chart’s own account has over all namespaces, and no more', async () => {
    const chart = parseObjects(read('deploy/kedge.yaml'))
    expect(rightsOf(theOne(await printed('--reads', 'all'), 'ClusterRole').rules)).toEqual(rightsOf(theOne(chart, 'ClusterRole').rules))
  })

  it('prints the rights that docs/installation.md has', async () => {
    const rows = [...read('docs/installation.md').matchAll(/^\| `([a-z.]+)` \| ([a-z, ]+) \| get, list, watch \|/gm)]
    const documented = rows.flatMap(([, group, kinds = '']) => kinds.split(', ').map((kind) => `${group}/${kind}: get,list,watch`))
    expect(rightsOf(theOne(await printed('--reads', 'all'), 'ClusterRole').rules)).toEqual(documented.sort())
  })

  it('may list pods, and nothing else of them, where --pods asks for it', async () => {
    const without = rightsOf(theOne(await printed(), 'ClusterRole').rules)
    expect(rightsOf(theOne(await printed('--pods'), 'ClusterRole').rules).filter((right) => !without.includes(right))).toEqual([
      '/pods: list',
    ])
    expect(rightsOf(theOne(await printed('--pods', '--reads', 'applications'), 'ClusterRole').rules).join()).not.toContain('pods')
  })

  it('may list Deployments, and nothing else of them, where --deployments asks for it', async () => {
    const without = rightsOf(theOne(await printed(), 'ClusterRole').rules)
    const rights = rightsOf(theOne(await printed('--deployments', '--pods'), 'ClusterRole').rules)
    expect(rights.filter((right) => !without.includes(right))).toEqual(['/pods: list', 'apps/deployments: list'])
  })

  it('of a workload cluster leaves Applications out, of a hub alone the Rollouts', async () => {
    expect(rightsOf(theOne(await printed(), 'ClusterRole').rules).join()).not.toContain('applications')
    expect(rightsOf(theOne(await printed('--reads', 'applications'), 'ClusterRole').rules)).toEqual([
      'argoproj.io/applications: get,list,watch',
    ])
  })

  it('binds the one account, by a Role in each namespace that was named', async () => {
    const objects = await printed('--namespaces', 'shop, search,shop', '--install-namespace', 'tools', '--account', 'kedge')
    expect(ofKind(objects, 'ClusterRole')).toEqual([])
    expect(ofKind(objects, 'RoleBinding').map(({ metadata, roleRef, subjects }) => [metadata.namespace, roleRef.kind, subjects])).toEqual(
      ['shop', 'search'].map((namespace) => [namespace, 'Role', [{ kind: 'ServiceAccount', name: 'kedge', namespace: 'tools' }]]),
    )
    expect(theOne(objects, 'Secret')).toMatchObject({
      type: 'kubernetes.io/service-account-token',
      metadata: { namespace: 'tools', annotations: { 'kubernetes.io/service-account.name': 'kedge' } },
    })
    expect(theOne(objects, 'Secret')).not.toHaveProperty('data')
  })

  it.each([
    ['--namespaces', 'shop\nkind: x'],
    ['--namespaces', 'Shop'],
    ['--account', 'a b'],
    ['--install-namespace', ''],
    ['--reads', 'secrets'],
  ])('refuses %s %j', async (flag, value) => {
    const terminal = createTerminal()
    expect([await runCli(['rbac', flag, value], terminal), terminal.out()]).toEqual([2, ''])
  })
})
