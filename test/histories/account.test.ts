import { expect, it } from 'vitest'
import { resourceOf } from '../../src/adapters/kubernetes/resources.ts'
import { runCli } from '../../src/cli/program.ts'
import { parseObjects, theOne } from '../chart/render.ts'
import { createTerminal } from '../cli/terminal.ts'
import { ACCOUNTS } from './account.ts'
import { inFleet } from './fleet.ts'
import { generate } from './generate.ts'
import { createViews } from './views.ts'
import { createWorld } from './world/world.ts'

it.each(['rollouts', 'applications', 'all'] as const)('an account of %s may read in histories what kedge rbac grants', async (reads) => {
  const terminal = createTerminal()
  await runCli(['rbac', '--reads', reads], terminal)
  const { rules } = theOne(parseObjects(terminal.out()), 'ClusterRole') as { rules: { apiGroups: string[]; resources: string[] }[] }
  const granted = rules.flatMap(({ apiGroups, resources }) => resources.map((resource) => ({ group: apiGroups.join(), resource })))
  const inOrder = (all: readonly { group: string; resource: string }[]) =>
    all.map(({ group, resource }) => `${group}/${resource}`).toSorted()
  expect(inOrder(ACCOUNTS[reads].map(resourceOf))).toEqual(inOrder(granted))
})

it('a hub answers for Applications alone and a workload cluster for Rollouts alone, and what is asked beyond that is noted', async () => {
  const { script } = inFleet(generate(1))
  const views = createViews(createWorld(script.setup, 1))
  for (const cluster of script.setup.clusters) views.attach(cluster, `${cluster}-here`)
  const [hub, prod] = [views.view('hub-here'), views.view('prod-here')]
  expect([hub.freshness('applications').fresh, prod.freshness('rollouts').fresh]).toEqual([true, true])
  expect([hub.freshness('rollouts').fresh, prod.freshness('applications').fresh]).toEqual([false, false])
  await Promise.all([
    hub.rereadApplication('argocd', 'shop'),
    prod.reread('shop', 'web'),
    prod.template({ namespace: 'shop', name: 'web-1', uid: 'x' }),
  ])
  expect(views.refused).toEqual([])
  const forbidden = { code: 'E_CLUSTER_FORBIDDEN' }
  await expect(hub.reread('shop', 'web')).rejects.toMatchObject(forbidden)
  await expect(prod.rereadApplication('argocd', 'shop')).rejects.toMatchObject(forbidden)
  expect(views.refused).toEqual(['Rollout of hub', 'Application of prod'])
})
