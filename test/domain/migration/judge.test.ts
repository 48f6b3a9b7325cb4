import { describe, expect, it } from 'vitest'
import { judgeMigration } from '../../../src/domain/migration/judge.ts'
import type { Migration, MigratingDeployment, MigratingRollout, MigratingService, Remark } from '../../../src/domain/migration/migration.ts'

const deployment: MigratingDeployment = {
  name: 'web',
  wanted: 4,
  available: 4,
  selector: { app: 'web' },
  labels: { app: 'web', tier: 'old' },
}
const GONE = { ...deployment, wanted: 0, available: 0 }
const rollout: MigratingRollout = {
  isHealthy: true,
  message: undefined,
  available: 4,
  selector: { app: 'web-rollout' },
  labels: { app: 'web-rollout' },
  refersTo: undefined,
  services: [],
}
const referring = (scaleDown: string): MigratingRollout => ({
  ...rollout,
  refersTo: { name: 'web', scaleDown },
  selector: deployment.selector,
  labels: deployment.labels,
})
const service = (name: string, selector: MigratingService['selector']): MigratingService => ({ name, selector })

const judge = (change: Partial<Migration>) =>
  judgeMigration({ name: 'web', rollout, deployments: [deployment], services: [], ingresses: [], ...change })

describe('the step of a migration', () => {
  it.each<[string, string, Partial<Migration>, RegExp]>([
    ['nothing, where neither is there', 'nothing', { rollout: undefined, deployments: [] }, /neither a Rollout nor a Deployment web/],
    ['not begun, where only the Deployment is', 'not-begun', { rollout: undefined }, /step 1 of 5.*Deployment web with 4 pods/],
    [
      'starting, while the Rollout is not Healthy',
      'starting',
      { rollout: { ...rollout, isHealthy: false, message: 'more replicas need to be updated' } },
      /step 2 of 5.*more replicas need to be updated.*Deployment web with 4 pods serves/,
    ],
    ['starting, while a Healthy Rollout has no pod', 'starting', { rollout: { ...rollout, available: 0 } }, /step 2 of 5/],
    [
      'that nobody may serve, where the Deployment went too early',
      'nobody-serves',
      { rollout: { ...rollout, isHealthy: false }, deployments: [GONE] },
      /it may be that nobody serves/,
    ],
    ['that both serve', 'both-serve', {}, /step 3 of 5, both serve: the Rollout with 4 pods, Deployment web with 4 pods/],
    ['that both serve, until the last pod is gone', 'both-serve', { deployments: [{ ...GONE, available: 1 }] }, /with 1 pod$/],
    ['scaled down, while the Deployment is there', 'scaled-down', { deployments: [GONE] }, /step 4 of 5/],
    ['done, once it is not', 'done', { deployments: [] }, /step 5 of 5/],
    ['done, where it keeps the template', 'done', { rollout: referring('onsuccess'), deployments: [GONE] }, /keeps its template/],
  ])('is %s', (_, step, change, says) => {
    const judged = judge(change)
    expect(judged.step).toBe(step)
    expect(judged.now.says).toMatch(says)
  })

  it.each<[string, MigratingRollout, MigratingDeployment, RegExp]>([
    ['by hand where nothing refers to it', rollout, deployment, /replicas: 0 of the Deployment in Git/],
    ['by the reference where that says never', referring('never'), deployment, /set scaleDown: onsuccess/],
    [
      'by the controller where that says so, and by Git where it comes back',
      referring('onsuccess'),
      deployment,
      /by itself.*take that out/,
    ],
    ['by waiting where its pods are about to go', rollout, { ...deployment, wanted: 0 }, /^Wait/],
  ])('while both serve the Deployment is taken out of service %s', (_, side, other, advice) => {
    expect(judge({ rollout: side, deployments: [other] }).now.advice).toMatch(advice)
  })
})

describe('a migration says what is next', () => {
  const ill = { ...rollout, isHealthy: false }

  it.each<[string, Partial<Migration>, Remark]>([
    [
      'where there is neither',
      { rollout: undefined, deployments: [] },
      { says: 'there is neither a Rollout nor a Deployment web', advice: 'Look at its name and namespace.' },
    ],
    [
      'where it has not begun',
      { rollout: undefined },
      {
        says: 'step 1 of 5, not begun: Deployment web with 4 pods serves, and there is no Rollout web',
        advice: 'Add a Rollout beside it, with workloadRef or a template of its own, and leave the Deployment as it is.',
      },
    ],
    [
      'where nobody serves, and there is no Deployment',
      { rollout: { ...ill, message: 'why' }, deployments: [] },
      {
        says: 'the Rollout is not Healthy (why), and there is no Deployment beside it: it may be that nobody serves',
        advice: 'Mend the Rollout first.',
      },
    ],
    [
      'where nobody serves, and the Deployment is scaled down',
      { rollout: ill, deployments: [GONE] },
      {
        says: 'the Rollout is not Healthy, and Deployment web has no pod either: it may be that nobody serves',
        advice: 'Scale the Deployment up again in Git, then mend the Rollout.',
      },
    ],
  ])('%s', (_, change, now) => {
    expect(judge(change).now).toEqual(now)
  })
})

describe('what is in the way while pods of both are there', () => {
  const notes = (change: Partial<Migration>) => judge(change).notes.map(({ says }) => says)

  it('selectors that match the other’s pods are told, in either direction', () => {
    const mine = { ...rollout, selector: { app: 'web' }, labels: { app: 'web' } }
    expect(notes({ rollout: mine })).toEqual([expect.stringMatching(/match each other's pods/)])
    expect(notes({ rollout: { ...rollout, labels: { app: 'web', track: 'canary' } } })).toEqual([expect.stringMatching(/match each other/)])
    expect(notes({})).toEqual([])
  })

  it('selectors that are one by reference, or that nobody here can read, are not', () => {
    expect(notes({ rollout: referring('never') })).toEqual([])
    expect(notes({ rollout: { ...rollout, selector: undefined }, deployments: [{ ...deployment, selector: undefined }] })).toEqual([])
  })

  it('a Service that leads to both is told with the share of the Deployment, unless the strategy names it', () => {
    const change = {
      rollout: { ...referring('never'), available: 1 },
      services: [service('web', { app: 'web' }), service('mine', { tier: 'new' })],
    }
    expect(notes(change)).toEqual([expect.stringMatching(/Service web leads to pods of both: about 4 of 5 requests go to the Deployment/)])
    expect(notes({ ...change, rollout: { ...change.rollout, services: ['web'] } })).toEqual([])
    expect(notes({ ...change, services: [service('external', undefined)] })).toEqual([])
  })
})

describe('a Service leads to pods of both', () => {
  const side: MigratingRollout = { ...referring('never'), labels: { app: 'web', tier: 'new' } }
  const found = (change: Partial<Migration>): number =>
    judge({ rollout: side, services: [service('web', { app: 'web' })], ...change }).notes.length

  it.each<[number, string, Partial<Migration>]>([
    [1, 'that it selects', {}],
    [0, 'but not while the Deployment has none', { deployments: [{ ...deployment, available: 0 }] }],
    [0, 'but not while the Rollout has none', { rollout: { ...side, available: 0 } }],
    [0, 'but not where it selects those of the Deployment alone', { services: [service('web', { tier: 'old' })] }],
    [0, 'but not where it selects those of the Rollout alone', { services: [service('web', { tier: 'new' })] }],
    [0, 'as far as is known, which is nothing where it may not be read', { services: undefined }],
  ])('%i: %s', (count, _, change) => {
    expect(found(change)).toBe(count)
  })
})

describe('what was only there for the way', () => {
  const notes = (change: Partial<Migration>) => judge({ deployments: [GONE], ...change }).notes.map(({ says }) => says)

  it('a Service that leads to the Deployment alone, and so to nobody', () => {
    expect(notes({ services: [service('web', { app: 'web' })] })).toEqual([expect.stringMatching(/of which there are none/)])
  })

  it('several Services or Ingresses that lead to the Rollout’s pods, but for those of the strategy', () => {
    const services = ['web', 'web-try', 'web-canary'].map((name) => service(name, { app: 'web-rollout' }))
    const ingresses = ['web', 'web-try'].map((name) => ({ name, services: [name] }))
    const found = notes({ rollout: { ...rollout, services: ['web-canary'] }, deployments: [], services, ingresses })
    expect(found).toEqual([expect.stringMatching(/Services web, web-try lead/), expect.stringMatching(/Ingresses web, web-try lead/)])
    expect(judge({ deployments: [], services, ingresses }).step).toBe('leftovers')
  })

  it('nothing where one leads there, whatever others lead elsewhere', () => {
    const services = [service('web', { app: 'web-rollout' }), service('db', { app: 'db' }), service('external', undefined)]
    const ingresses = [
      { name: 'web', services: ['db', 'web'] },
      { name: 'db', services: ['db'] },
    ]
    expect(notes({ services, ingresses })).toEqual([])
    expect(notes({ services, ingresses: [...ingresses, { name: 'try', services: ['web', 'db'] }] })).toEqual([
      'Ingresses web, try lead to the pods of the Rollout: one of them may have been there for the way alone',
    ])
  })

  it('the first ten by name, where there are more', () => {
    const services = Array.from({ length: 11 }, (_, index) => service(`s${index}`, { app: 'web-rollout' }))
    expect(notes({ services })).toEqual([
      'Services s0, s1, s2, s3, s4, s5, s6, s7, s8, s9 lead to the pods of the Rollout: one of them may have been there for the way alone',
    ])
  })

  it('what may not be read says nothing', () => {
    expect(judge({ deployments: [], services: undefined, ingresses: undefined }).step).toBe('done')
  })
})

describe('the Deployment that a Rollout takes the place of', () => {
  const other = { ...deployment, name: 'other', selector: { app: 'other' }, labels: { app: 'other' } }

  it.each<[string, Partial<Migration>, string]>([
    [
      'the one it refers to, though another has its name',
      { rollout: { ...rollout, refersTo: { name: 'other', scaleDown: 'never' } } },
      'other',
    ],
    ['its namesake', {}, 'web'],
    ['one whose pods its selector matches', { name: 'x', rollout: { ...rollout, selector: { app: 'other' } } }, 'other'],
  ])('is %s', (_, change, name) => {
    expect(judge({ deployments: [deployment, other], ...change }).now.says).toContain(`Deployment ${name} with`)
  })

  it('is none of those that have nothing to do with it', () => {
    expect(judge({ name: 'x', deployments: [other] }).step).toBe('done')
  })
})
