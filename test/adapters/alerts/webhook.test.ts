import { expect, it } from 'vitest'
import { alertmanagerWebhook as webhook } from '../../../src/adapters/alerts/alertmanager/webhook.ts'

const ALERT = { status: 'firing', fingerprint: 'c0ffee', startsAt: '2026-11-29T12:00:00Z', labels: { alertname: 'Burn' } }

const delivery = (payload: unknown, authorization = 'Bearer s3cret') => ({
  header: (name: string) => (name === 'authorization' ? authorization : undefined),
  body: Buffer.from(typeof payload === 'string' ? payload : JSON.stringify(payload)),
})
const payload = (...alerts: unknown[]) => ({ version: '4', alerts })

it('takes the secret as a bearer token or as the password of basic authentication, and nothing else', () => {
  const basic = (text: string): string => `Basic ${Buffer.from(text).toString('base64')}`
  for (const header of ['Bearer s3cret', 'bearer s3cret', basic('kedge:s3cret'), basic(':s3cret')])
    expect(webhook.verify(delivery({}, header), 's3cret')).toBe(true)
  for (const header of ['', 'Bearer other', 'Bearer s3cret2', basic('s3cret:kedge'), 's3cret', 'Digest s3cret'])
    expect(webhook.verify(delivery({}, header), 's3cret')).toBe(false)
  expect(webhook.verify(delivery({}, 'Bearer '), '')).toBe(false)
})

it('knows an alert again by its fingerprint and its beginning, in whichever order and company it is repeated', () => {
  const other = { ...ALERT, fingerprint: 'beef' }
  const id = webhook.idOf(delivery(payload(ALERT, other)))
  expect(webhook.idOf(delivery(payload(other, { ...ALERT, labels: {}, annotations: { a: 'b' } })))).toBe(id)
  expect(webhook.idOf(delivery(payload(ALERT)))).not.toBe(id)
  expect(webhook.idOf(delivery(payload(other, { ...ALERT, startsAt: '2026-11-29T13:00:00Z' })))).not.toBe(id)
  expect(webhook.idOf(delivery(payload(other, { ...ALERT, status: 'resolved' })))).not.toBe(id)
})

it('hints that an alert has come or gone, and at no Rollout: who has the alerts is asked', () => {
  expect(webhook.hints(payload(ALERT))).toEqual([{ look: 'alerts' }])
  expect(webhook.kindOf(delivery(payload(ALERT)))).toBe('hint')
  expect(webhook.kindOf(delivery(payload()))).toBe('other')
})

it.each([null, 1, 'x', [], {}, { alerts: [] }, { version: '3', alerts: [ALERT] }, { version: '4', alerts: {} }])(
  'hints at nothing where the payload is another thing: %j',
  (other) => expect(webhook.hints(other)).toEqual([]),
)

it('has no id for what is no payload of it', () => {
  for (const body of ['', '{', 'null', '{"alerts":1}']) expect(webhook.idOf(delivery(body))).toBeUndefined()
})
