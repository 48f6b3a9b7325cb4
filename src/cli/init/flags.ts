/** What `kedge init` asks, each with its flag and the words for help and terminal. Apart from the rules, so that help stays quick. */
export const FLAGS = {
  forge: { flag: '--forge <type>', asks: 'Where are the repositories? Without a forge, Git is not looked into' },
  forgeUrl: { flag: '--forge-url <url>', asks: 'Address of its pages' },
  signIn: { flag: '--sign-in <how>', asks: 'How does Kedge sign in there?' },
  repositories: {
    flag: '--repository <patterns>',
    asks: 'Repositories that Kedge may read and open PRs in, such as https://git.example/acme/gitops; several with commas',
  },
  channelType: { flag: '--channel-type <type>', asks: 'Where are people told?' },
  channelUrl: { flag: '--channel-url <url>', asks: 'Where are the events sent?' },
  channel: { flag: '--channel <name>', asks: 'Which channel, such as #releases?' },
  mode: { flag: '--mode <mode>', asks: 'What may it do? observe: look and record; notify: also tell people; pr: also open revert PRs' },
  namespaces: { flag: '--namespaces <names>', asks: 'Only these namespaces with Rollouts, with commas; nothing for all' },
  argocdNamespace: { flag: '--argocd-namespace <name>', asks: 'Namespace of Argo CD' },
  argocdUrl: { flag: '--argocd-url <url>', asks: "Address of Argo CD's page, for links; nothing for none" },
  argocdApi: {
    flag: '--argocd-api <url>',
    asks: 'Address at which Argo CD renders Helm and Kustomize for Kedge, such as https://argocd-server.argocd.svc; nothing for none',
  },
  publicUrl: { flag: '--public-url <url>', asks: "Address of Kedge's own pages for people; nothing for none" },
  webhookHost: { flag: '--webhook-host <name>', asks: 'Host name at which the forge reaches the webhooks; nothing for none' },
  image: { flag: '--image <name>', asks: 'Image that you have built, such as registry.acme.example/kedge:0.1.0' },
  installNamespace: { flag: '--install-namespace <name>', asks: 'Namespace of Kedge itself' },
} as const satisfies Record<string, { flag: string; asks: string }>

export type QuestionId = keyof typeof FLAGS

/** What was said so far, by question. Empty: none. */
export type Answers = Readonly<Record<QuestionId, string>>

/** The long flag of a question. */
export function flagOf(id: QuestionId): string {
  return FLAGS[id].flag.split(' ')[0] ?? ''
}
