import { createHmac } from 'node:crypto'
import { createWebhooks, type WebhookDelivery, type Webhooks } from '../github/webhooks.ts'
import { asObject, asString } from '../json.ts'

/**
 * Deliveries as https://docs.gitlab.com/user/project/integrations/webhooks/ and .../webhook_events/ say: the events of a project, with its
 * secret token, or signed where the secret is a signing token.
 */
export function createGitLabWebhooks(urlOf: () => string): Webhooks {
  const webhooks = createWebhooks(sign)
  return {
    ...webhooks,
    deliver: (event, payload) => webhooks.deliver(event === 'push' ? 'Push Hook' : 'Merge Request Hook', toGitLab(event, payload, urlOf())),
  }
}

/** What the stand-ins tell each other is in GitHub's words. */
function toGitLab(event: string, payload: unknown, url: string): unknown {
  const told = asObject(payload)
  const name = asString(asObject(told['repository'])['full_name']) ?? ''
  const project = { path_with_namespace: name, web_url: `${url}/${name}`, git_http_url: `${url}/${name}.git`, default_branch: 'main' }
  if (event === 'push')
    return { object_kind: 'push', event_name: 'push', ref: told['ref'], before: told['before'], after: told['after'], project }
  return {
    object_kind: 'merge_request',
    event_type: 'merge_request',
    project,
    object_attributes: { iid: told['number'], action: told['action'] },
  }
}

function sign({ id, event, payload }: WebhookDelivery, secret: string): Record<string, string> {
  const headers = { 'x-gitlab-event': event, 'x-gitlab-event-uuid': id, 'idempotency-key': id }
  if (!secret.startsWith('whsec_')) return { ...headers, 'x-gitlab-token': secret }
  const timestamp = '1767323045'
  const key = Buffer.from(secret.slice('whsec_'.length), 'base64')
  const signature = createHmac('sha256', key).update(`${id}.${timestamp}.${payload}`).digest('base64')
  return { ...headers, 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': `v1,${signature}` }
}
