import { z } from 'zod'
import { webUrl } from '../../options/address.ts'
import { path } from '../../options/file.ts'
import { hostName, mappingPath, name, port, word } from './words.ts'

// Where Kedge looks, and whom it talks to.

export const git = z.strictObject({
  timeoutSeconds: z
    .number()
    .positive()
    .max(86_400)
    .default(600)
    .describe('How long one Git process may take. The first fetch of a repository is one.'),
  allowPlainHttp: z.boolean().default(false).describe('Lets tokens travel in clear to hosts other than loopback.'),
  checkObjects: z
    .boolean()
    .default(true)
    .describe('Refuses what is read through malformed objects. Some old repositories hold some, for ever.'),
  caFile: path.optional().describe('Certificates, in PEM, of a private authority that Git trusts besides its own.'),
})

/** A line of text as it may stand in a commit. */
const line = z.string().refine((text) => !/[\p{C}\p{Zl}\p{Zp}<>]/u.test(text), 'must be one line of text without angle brackets')

export const commits = z.strictObject({
  via: z
    .enum(['push', 'api'])
    .default('push')
    .describe('`push`: Kedge commits and pushes. `api`: the forge commits, and signs, where rules want signatures that it vouches for.'),
  author: z
    .strictObject({
      name: line.min(1).max(100).describe('Name of the author and committer.'),
      email: line.min(3).max(254).describe('Address of the author and committer.'),
    })
    .optional()
    .describe('Whom the commits are by; `Kedge` where nothing is said. Not every forge lets others be named for its own.'),
  signOff: z.boolean().default(false).describe('Closes the message with the author’s `Signed-off-by` line (DCO).'),
  prefix: line.max(60).default('').describe('Put before the subject of the commit and the title of the PR, such as `fix: `.'),
})

export const cluster = z.strictObject({
  name: name.describe('Name in keys, the ledger, notices and metrics. Never change it: releases are known by it.'),
  inCluster: z.boolean().default(false).describe('Uses the ServiceAccount of the pod.'),
  kubeconfig: path
    .optional()
    .describe('Kubeconfig file. Without it and without `inCluster`: `KUBECONFIG`, then `~/.kube/config`, then the pod.'),
  context: word.optional().describe('Context of the kubeconfig; its current one where nothing is said.'),
  namespaces: z.array(name).min(1).optional().describe('Namespaces with Rollouts. All where nothing is said.'),
  pods: z
    .boolean()
    .default(false)
    .describe('Lists the pods of a release, for the digests of the images that really ran. The account needs `list` on pods for it.'),
  deployments: z
    .boolean()
    .default(false)
    .describe('Lists Deployments when somebody looks at Rollouts, to say which serve beside. The account needs `list` on them for it.'),
  destinations: z
    .array(word)
    .default([])
    .describe('`destination.server` or `destination.name` of Applications here. What Argo CD calls its own cluster is known.'),
})

const argocdWebhook = z.strictObject({
  secretFile: path.optional().describe('File with the shared secret that the sender puts into `Authorization: Bearer`.'),
  fields: z
    .strictObject({
      application: mappingPath.default('$.application').describe("JSONPath of the Application's name."),
      applicationNamespace: mappingPath.default('$.applicationNamespace').describe('JSONPath of its namespace.'),
      rollout: mappingPath.default('$.rollout').describe("JSONPath of the Rollout's name."),
      rolloutNamespace: mappingPath.default('$.rolloutNamespace').describe('JSONPath of its namespace.'),
      cluster: mappingPath.default('$.cluster').describe("JSONPath of the cluster's name, as `clusters` gives it."),
    })
    .prefault({})
    .describe('Where the JSON of the sender has its names. What is not there is passed over.'),
})

export const argocd = z.strictObject({
  cluster: name.optional().describe('Cluster of Argo CD, by its name in `clusters`. The first where nothing is said.'),
  namespaces: z.array(name).min(1).optional().describe('Namespaces with Applications. All where nothing is said.'),
  url: webUrl.optional().describe("Address of Argo CD's page, for links."),
  webhook: argocdWebhook.prefault({}).describe('Hints from argocd-notifications, at `/webhooks/argocd`.'),
})

export const link = z.strictObject({
  text: z.string().min(1).max(60).describe('What people see.'),
  url: webUrl.describe('Address; `{cluster}`, `{namespace}`, `{rollout}` and `{podTemplateHash}` are filled in.'),
})

const hosts = z
  .array(hostName)
  .max(100)
  .default([])
  .describe(
    'Names under which it is reached, besides `localhost`, addresses and the name in `publicUrl`; others are refused. ' +
      'Where none is listed: on loopback none, elsewhere any.',
  )

export const server = z.strictObject({
  publicUrl: webUrl
    .optional()
    .describe('Where people reach the pages, such as `https://kedge.example`. Cards and PRs then lead to the page of their release.'),
  api: z
    .strictObject({
      host: word.default('127.0.0.1').describe('Address to listen on; `0.0.0.0` in a pod.'),
      port: port.default(8_484).describe('Port; 0 takes a free one.'),
      hosts,
      adminTokenFile: path.optional().describe('File with the token that may adopt releases from elsewhere than this machine.'),
    })
    .prefault({})
    .describe('Page, API, probes and metrics.'),
  webhooks: z
    .strictObject({
      host: word.default('127.0.0.1').describe('Address to listen on.'),
      port: port.default(8_485).describe('Port; 0 takes a free one.'),
      hosts,
      maxBodyBytes: z
        .int()
        .min(1_024)
        .max(26_214_400)
        .default(1_048_576)
        .describe('Bytes that one delivery may have. A forge may send up to 25 MB.'),
    })
    .prefault({})
    .describe('The only listener that needs to be reached from outside.'),
})

export const tracing = z.strictObject({
  endpoint: webUrl.describe('Collector that takes OTLP over HTTP, such as `http://collector:4318`; `/v1/traces` is added.'),
  headersFile: path.optional().describe('File with headers for it, one `Name: value` a line, such as a token.'),
  sampleRatio: z.number().min(0).max(1).default(1).describe('Share of traces that is sent, from 0 to 1.'),
})
