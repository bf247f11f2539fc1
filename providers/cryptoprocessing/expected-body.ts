import type { Receiver, Sender, WithdrawalRequest } from '../../domain/request.js';
import { expectedBody } from '../processing/expected-body.js';
import type { BodyFields } from '../provider.js';

/** The protocol's fields, and both parties'. */
export function expectedBodyWithParties(request: WithdrawalRequest): BodyFields {
  const { sender, receiver } = request;
  return { ...expectedBody(request), ...party('sender', sender), ...party('receiver', receiver) };
}

function party(who: 'sender' | 'receiver', person: Sender | Receiver | undefined): BodyFields {
  const field = (name: string) => `${who}_data.${name}`;
  const type = { [`${who}_type`]: person?.type };
  if (person === undefined || person.type === 'self') return type;
  const email = { [field('email')]: 'email' in person ? person.email : undefined };
  return person.type === 'legal'
    ? {
        ...{ ...type, ...email },
        [field('legal_name')]: person.legalName,
        [field('country_of_registration')]: person.countryOfRegistration,
      }
    : {
        ...{ ...type, ...email },
        [field('first_name')]: person.firstName,
        [field('last_name')]: person.lastName,
        [field('date_of_birth')]: person.dateOfBirth,
      };
}
