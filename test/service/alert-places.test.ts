import { expect, it } from 'vitest'
import { readConfig } from '../../src/config/load.ts'
import type { Alert } from '../../src/domain/alert/alert.ts'
import type { ClusterView } from '../../src/ports/cluster-view.ts'
import { createLocate, namespaceLabelOf } from '../../src/service/alert-places.ts'

const views = (...places: string[]): ClusterView[] =>
  [...new Set(places.map((place) => place.split('/')[0] ?? ''))].map(
    (cluster) =>
      ({
        cluster,
        rollout: (namespace: string, name: string) => (places.includes(`${cluster}/${namespace}/${name}`) ? {} : undefined),
      }) as ClusterView,
  )

const alert = (labels: Record<string, string>, annotations: Record<string, string> = {}): Alert => ({
  fingerprint: 'f',
  name: 'Burn',
  labels,
  annotations,
  state: 'firing',
  beganAt: 0,
  link: undefined,
})

const config = (labels = '{}') => readConfig(`{ apiVersion: kedge/v1, alerts: { labels: ${labels} } }`, '/')

it('an alert is about the Rollout that it names plainly, or that all of the usual names lead to', () => {
  const locate = createLocate(config(), views('prod/shop/web', 'prod/shop/worker'))
  const at = (labels: Record<string, string>) => locate(alert({ namespace: 'shop', ...labels }), undefined)?.name
  expect(at({ rollout: 'web', service: 'worker' })).toBe('web')
  expect(at({ service: 'metrics', app: 'worker' })).toBe('worker')
  expect(at({ sloth_service: 'web' })).toBe('web')
  expect(at({ slo: 'web' })).toBe('web')
  expect(at({ service: 'metrics' })).toBeUndefined()
  // Two signs that lead to different Rollouts: that of a client is not that of what it calls.
  expect(at({ app: 'worker', service: 'web' })).toBeUndefined()
  expect(at({ app: 'web', service: 'web' })).toBe('web')
  expect(at({ rollout: 'Web' })).toBeUndefined()
  expect(locate(alert({ rollout: 'web' }), undefined)).toBeUndefined()
  expect(locate(alert({ namespace: 'other', rollout: 'web' }), undefined)).toBeUndefined()
})

it('an alert about one of several clusters is about none, unless it or its server says which', () => {
  const locate = createLocate(config(), views('east/shop/web', 'west/shop/web', 'west/shop/only'))
  const web = { namespace: 'shop', rollout: 'web' }
  expect(locate(alert(web), undefined)).toBeUndefined()
  expect(locate(alert({ ...web, cluster: 'west' }), undefined)?.cluster).toBe('west')
  expect(locate(alert({ ...web, cluster: 'west' }), 'east')?.cluster).toBe('east')
  expect(locate(alert({ ...web, cluster: 'eu-1' }), undefined)).toBeUndefined()
  expect(locate(alert({ ...web, rollout: 'only' }), undefined)?.cluster).toBe('west')
  expect(locate(alert({ ...web, rollout: 'only', cluster: 'eu-1' }), undefined)).toBeUndefined()
  expect(locate(alert({ ...web, rollout: 'only' }), 'east')).toBeUndefined()
})

it('the admin says where the names are, and no name of JavaScript is one', () => {
  const labels = '{ namespace: $.annotations.ns, rollout: ["$.annotations[\'the app\']", $.labels.constructor] }'
  const locate = createLocate(config(labels), views('prod/shop/web', 'prod/shop/constructor'))
  expect(locate(alert({}, { ns: 'shop', 'the app': 'web' }), undefined)?.name).toBe('web')
  expect(locate(alert({}, { ns: 'shop' }), undefined)).toBeUndefined()
  expect(namespaceLabelOf(config(labels))).toBeUndefined()
  expect(namespaceLabelOf(config())).toBe('namespace')
})
