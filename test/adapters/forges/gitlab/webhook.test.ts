import { createHmac } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { gitlabWebhook } from '../../../../src/adapters/forges/gitlab/webhook.ts'

const delivery = (headers: Readonly<Record<string, string>>, payload: unknown = {}) => ({
  header: (name: string) => headers[name.toLowerCase()],
  body: Buffer.from(JSON.stringify(payload)),
})
const KEY = Buffer.alloc(32, 7).toString('base64')
const SIGNING = `whsec_${KEY}`

describe('a webhook with a secret token', () => {
  it.each([
    ['the secret', 's3cret', true],
    ['another', 's3creT', false],
    ['the beginning of it', 's3cre', false],
    ['more than it', 's3cret ', false],
    ['nothing', '', false],
  ])('%s in X-Gitlab-Token: %s', (_, token, isRight) => {
    expect(gitlabWebhook.verify(delivery({ 'x-gitlab-token': token }), 's3cret')).toBe(isRight)
  })

  it('takes nothing without the header, and nothing under an empty secret', () => {
    expect(gitlabWebhook.verify(delivery({}), 's3cret')).toBe(false)
    expect(gitlabWebhook.verify(delivery({ 'x-gitlab-token': '' }), '')).toBe(false)
  })
})

describe('a webhook with a signing token', () => {
  const sign = (id: string, timestamp: string, body: Buffer, key = KEY) =>
    `v1,${createHmac('sha256', Buffer.from(key, 'base64')).update(`${id}.${timestamp}.`).update(body).digest('base64')}`
  const signed = (change: Readonly<Record<string, string>> = {}) => {
    const { body } = delivery({})
    const headers = { 'webhook-id': 'd-1', 'webhook-timestamp': '1767323045', 'webhook-signature': sign('d-1', '1767323045', body) }
    return delivery({ ...headers, ...change })
  }

  it('takes what is signed, among other signatures, too', () => {
    expect(gitlabWebhook.verify(signed(), SIGNING)).toBe(true)
    const right = signed().header('webhook-signature') ?? ''
    const wrong = sign('d-1', '1', Buffer.from('x'))
    expect(gitlabWebhook.verify(signed({ 'webhook-signature': `${wrong} v2,abc ${right}` }), SIGNING)).toBe(true)
  })

  it.each([
    ['another id', { 'webhook-id': 'd-2' }],
    ['another time', { 'webhook-timestamp': '1767323046' }],
    ['no signature', { 'webhook-signature': '' }],
    ['half a signature', { 'webhook-signature': 'v1,AAAA' }],
  ])('takes nothing with %s', (_, change) => {
    expect(gitlabWebhook.verify(signed(change), SIGNING)).toBe(false)
  })

  it('takes no token in the place of a signature, whatever it says', () => {
    expect(gitlabWebhook.verify(delivery({ 'x-gitlab-token': SIGNING }), SIGNING)).toBe(false)
    expect(gitlabWebhook.verify(delivery({ 'x-gitlab-token': KEY }), SIGNING)).toBe(false)
  })
})

it('knows a delivery again by the id that GitLab keeps over its tries', () => {
  const id = (headers: Readonly<Record<string, string>>) => gitlabWebhook.idOf(delivery(headers))
  expect(id({ 'x-gitlab-event-uuid': 'e', 'idempotency-key': 'k', 'webhook-id': 'w' })).toBe('w')
  expect(id({ 'x-gitlab-event-uuid': 'e', 'idempotency-key': 'k' })).toBe('k')
  expect(id({ 'x-gitlab-event-uuid': '13792a34-cac6-4fda-95a8-c58e00a3954e' })).toBe('13792a34-cac6-4fda-95a8-c58e00a3954e')
})

it.each([
  ['Push Hook', {}, 'hint'],
  ['Merge Request Hook', {}, 'hint'],
  ['Tag Push Hook', {}, 'other'],
  ['Note Hook', { object_kind: 'push' }, 'other'],
  ['System Hook', { object_kind: 'push', event_name: 'push' }, 'hint'],
  ['System Hook', { object_kind: 'merge_request' }, 'hint'],
  ['System Hook', { event_name: 'repository_update' }, 'hint'],
  ['System Hook', { event_name: 'user_create', name: 'push' }, 'other'],
])('%s with %j is a %s', (event, payload, kind) => {
  expect(gitlabWebhook.kindOf(delivery({ 'x-gitlab-event': event }, payload))).toBe(kind)
})

it('hints at a project below subgroups', () => {
  const project = { git_http_url: 'https://gitlab.example:8443/Acme/platform/deploy.git' }
  expect(gitlabWebhook.hints({ project })).toEqual([{ look: 'repository', repository: 'gitlab.example:8443/acme/platform/deploy' }])
})
