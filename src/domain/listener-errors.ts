/** Of ERRORS: what the listeners answer, and why they cannot listen. */
export const LISTENER_ERRORS = {
  E_LISTEN: { retryable: true, advice: 'Free the address, or set another host and port for this listener in the configuration.' },
  E_HTTP_BAD_REQUEST: {
    retryable: false,
    advice: 'Correct what was asked: `kedge help COMMAND` says what a command takes, docs/configuration.md what the API takes.',
  },
  E_HTTP_FORBIDDEN: {
    retryable: false,
    advice: 'Ask from the machine (or pod) that Kedge runs on, or send the admin token as "Authorization: Bearer".',
  },
  E_HTTP_HOST: {
    retryable: false,
    advice:
      'Call Kedge by a name of its own. Where people or senders of webhooks reach it by this one, add it to `hosts` of that listener.',
  },
  E_HTTP_TOO_MANY: { retryable: true, advice: 'Wait for a minute. If nobody of yours sent them, find out who did.' },
  E_HTTP_NOT_FOUND: { retryable: false, advice: '`kedge status -o name` and /api/v1/rollouts list what there is.' },
  E_HTTP_UNAVAILABLE: { retryable: true, advice: 'Try again in a few seconds. /readyz says what Kedge cannot see or write.' },
  E_WEBHOOK_NOT_CONFIGURED: {
    retryable: false,
    advice: 'Set the secret of this webhook in the configuration and at the sender. There is no default secret.',
  },
  E_WEBHOOK_UNAUTHORIZED: {
    retryable: false,
    advice: 'Set the same secret at the sender and in the configuration of Kedge, then deliver again.',
  },
  E_WEBHOOK_TOO_LARGE: {
    retryable: false,
    advice: 'Raise the limit of the webhook listener (a forge may send up to 25 MB), or send fewer events.',
  },
  E_WEBHOOK_MALFORMED: {
    retryable: false,
    advice: 'Send the JSON body and the headers that docs/configuration.md shows for this webhook.',
  },
} as const
