import { createHash, createHmac } from 'node:crypto'
import { giteaWebhook } from '../../../src/adapters/forges/gitea/webhook.ts'
import { githubWebhook } from '../../../src/adapters/forges/github/webhook.ts'
import { gitlabWebhook } from '../../../src/adapters/forges/gitlab/webhook.ts'
import { memoryWebhook } from '../../../src/adapters/forges/memory/manifest.ts'
import { describeIncomingWebhook } from '../../contract/incoming-webhook.ts'

describeIncomingWebhook('GitHub', {
  webhook: githubWebhook,
  send({ event, secret, repository, id = 'd-1' }) {
    const body = JSON.stringify(repository === undefined ? {} : { repository: { clone_url: repository } })
    const signature = `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`
    const named = event === 'other' ? 'star' : event
    return { body, headers: { 'x-hub-signature-256': signature, 'x-github-event': named, 'x-github-delivery': id } }
  },
})

describeIncomingWebhook('a forge that only remembers', {
  webhook: memoryWebhook,
  send({ event, secret, repository, id = 'd-1' }) {
    const body = JSON.stringify(repository === undefined ? {} : { repository })
    const signature = createHash('sha256').update(secret).update(body).digest('hex')
    return { body, headers: { 'x-memory-signature': signature, 'x-memory-event': event, 'x-memory-id': id } }
  },
})

for (const server of ['gitea', 'forgejo']) {
  describeIncomingWebhook(`Gitea, as ${server} sends`, {
    webhook: giteaWebhook,
    send({ event, secret, repository, id = 'd-1' }) {
      const body = JSON.stringify(repository === undefined ? {} : { repository: { clone_url: repository } })
      const signature = createHmac('sha256', secret).update(body).digest('hex')
      const named = event === 'other' ? 'release' : event
      return { body, headers: { [`x-${server}-signature`]: signature, [`x-${server}-event`]: named, [`x-${server}-delivery`]: id } }
    },
  })
}

/** GitLab's signing tokens are keys of 32 bytes. */
const signing = (secret: string) => (secret === '' ? '' : `whsec_${createHash('sha256').update(secret).digest('base64')}`)

describeIncomingWebhook('GitLab with a signing token', {
  webhook: { ...gitlabWebhook, verify: (delivery, secret) => gitlabWebhook.verify(delivery, signing(secret)) },
  hasNoPing: true,
  send({ event, secret, repository, id = 'd-1' }) {
    const body = JSON.stringify(repository === undefined ? {} : { project: { git_http_url: repository } })
    const key = Buffer.from(signing(secret).slice('whsec_'.length), 'base64')
    const signature = `v1,${createHmac('sha256', key).update(`${id}.1767323045.${body}`).digest('base64')}`
    const named = event === 'push' ? 'Push Hook' : 'Issue Hook'
    const signed = { 'webhook-id': id, 'webhook-timestamp': '1767323045', 'webhook-signature': signature }
    return { body, headers: { ...signed, 'x-gitlab-event': named } }
  },
})
