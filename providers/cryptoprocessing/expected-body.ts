import type { Receiver, Sender, WithdrawalRequest } from '../../domain/request.js';
import { personFields } from '../../domain/validation/persons.js';
import { renamed, unchangedFields } from '../expected-body.js';
import type { BodyFields } from '../provider.js';

/** What the body of a create must hold: the request's fields, and both parties'. */
export function expectedBody(request: WithdrawalRequest): BodyFields {
  const { sender, receiver } = request;
  return { ...unchangedFields(request), ...party('sender', sender), ...party('receiver', receiver) };
}

function party(role: 'sender' | 'receiver', person: Sender | Receiver | undefined): BodyFields {
  const names = Object.entries(personFields).flatMap(([name, { sentAs }]) =>
    sentAs === undefined ? [] : [[name, `${role}_data.${sentAs}`] as const],
  );
  return { [`${role}_type`]: person?.type, ...renamed(person, names) };
}
