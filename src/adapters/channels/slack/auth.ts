/** How Kedge signs in to Slack. */
export type SlackAuth = { type: 'token'; token: string } | { type: 'webhook'; url: string }
