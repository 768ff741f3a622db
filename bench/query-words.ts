// The words that the query benchmark's events are made of: names of people and places, of things that businesses keep
// tables about, and of what is written into those tables.

const words = (text: string): readonly string[] => text.trim().split(/\s+/);

export const firstNames = words(`
  Ada Adam Aisha Akira Alba Alejandro Amara Amélie Ana Anders Aneta Anton Aoife Arjun Astrid Ayşe Beatriz Ben Bianca
  Björn Bruno Camila Carla Chen Chiara Chloé Clara Dag Daniel Daria David Deniz Diego Dina Ebba Eduardo Elena Elif Elin
  Emeka Emil Emma Enzo Erik Esther Eva Farah Fatima Felix Fiona Frida Gabriel Gisela Goran Grace Hana Hannah Hassan
  Helga Hiro Hugo Ida Ilya Imani Ines Ingrid Irina Isabel Ivan Jack Jakub Jana Javier João José Julia Jürgen Kaito
  Karin Katarzyna Kofi Lara Lars Laura Leila Lena Leon Leyla Linh Lucas Lucía Luka Magda Mai Malik Marco Maria Marta
  Mateo Max Mehmet Mei Mia Mika Milan Mira Mohamed Nadia Naoko Nikos Nina Noah Nora Nuno Oğuz Olga Oliver Omar Oscar
  Paula Pedro Petra Priya Rahel Ravi René Rosa Ruth Sami Sana Sara Selma Simon Sofia Søren Stefan Sven Tamar Tara Theo
  Tomás Uma Vera Viktor Wei Xenia Yara Yusuf Zoë Zuzana`);

export const lastNames = words(`
  Abe Ahmed Aksoy Almeida Andersson Antunes Baker Barros Bauer Becker Bernard Bianchi Borg Brandt Brown Campbell Castro
  Chen Clarke Costa Cruz Dahl Demir Diallo Dias Dubois Duarte Eriksson Evans Fernández Ferrari Fischer Fontaine Fraser
  Friis Fuchs García Gomes González Graham Gruber Guerra Haas Hansen Hassan Hayes Herrera Hoffmann Holm Horvat Huang
  Ibrahim Iversen Ivanov Jansen Johansson Jones Kaya Keller Khan Kim Klein Kovač Kowalczyk Kowalski Krüger Kumar Lange
  Larsen Laurent Leclerc Lee Lehmann Lindberg Lopes López Lund Maier Marković Marques Martin Mazur Mendes Mensah Meyer
  Moreau Moreno Morgan Müller Murphy Nagy Nakamura Nguyen Nielsen Nilsson Novák Nowak Nunes OBrien Okafor Okoye Olsen
  Öztürk Park Patel Pavlov Peeters Pereira Petrov Pinto Popescu Ramos Rao Reyes Ribeiro Richter Rivera Rojas Romano
  Rossi Roux Ruiz Sato Sauer Schmidt Schneider Schulz Sharma Silva Singh Smirnov Smith Soares Sørensen Sousa Suzuki
  Svensson Tanaka Taylor Torres Tran Vargas Vega Virtanen Vogel Wagner Walker Wang Weber Wilson Winkler Wood Wójcik Xu
  Yamada Yılmaz Young Zhang Zimmermann`);

export const mailHosts = words(`
  mail.example post.example inbox.example letters.example brief.example correo.example posta.example courrier.example
  northwind.example contoso.example acme.example globex.example initech.example umbrella.example hooli.example
  stark.example wayne.example tyrell.example cyberdyne.example wonka.example`);

export const countries = words(
  'DE FR ES IT PT NL BE AT CH PL CZ SK HU RO BG GR SE NO DK FI IE GB US CA BR MX JP IN TR',
);

export const currencies = words('EUR USD GBP CHF PLN SEK JPY BRL');

export const states = words(
  'open paid overdue closed draft shipped returned cancelled blocked pending review archived',
);

export const phraseWords = words(`
  account address agreed amount answer arrived asked attached balance bank before broken by called cancelled card case
  changed chargeback checked claim clerk closed collect complaint confirmed contract copy corrected credit customer
  damaged date delay delivered delivery deposit discount dispute document double due email escalated exchange expired
  extension fee final first for found fraud from goods held in incomplete instalment insurance invoice item late lawyer
  letter limit lost manager meeting missing monthly moved new no not number of offer on open order original overdue
  package paid parcel partial parts passport payment pending phone pickup premium price promised proof question quote
  reached received refund refused reminder renewal replacement reply report requested reserved resolved return review
  school second sent shipment signature signed supplier support tax terms third to transfer unpaid until urgent verified
  visit voucher waiting warehouse warranty week with without wrong yesterday`);

/** Schemas and the things that each keeps tables about. */
export const subjects: Readonly<Record<string, readonly string[]>> = {
  crm: words('customer contact lead campaign consent household complaint visit segment referral'),
  billing: words('invoice payment refund dunning tariff subscription discount tax_rate mandate credit_note'),
  orders: words('purchase basket delivery return_case voucher wish_list price_list quote backorder gift_card'),
  ledger: words('account entry transfer balance period cost_centre accrual reconciliation exchange_rate journal'),
  hr: words('employee salary absence contract applicant review training expense timesheet department'),
  inventory: words('item stock warehouse supplier batch movement count_list reservation barcode pallet'),
  logistics: words('shipment carrier route vehicle driver stop customs_form parcel claim tracking_point'),
  support: words('ticket message agent queue macro survey escalation article callback chat'),
  risk: words('check score blocklist alert_case decision document watch_hit device limit_rule exposure'),
  identity: words('login_attempt role_grant device credential profile session_token invite factor group_member key'),
  clinic: words('patient encounter prescription lab_result referral allergy vaccination bed_stay insurer diagnosis'),
  insight: words('page_view experiment funnel_step cohort forecast kpi dashboard export_job feature_use error_report'),
};

/** What a thing's further tables are called, after the thing. */
export const facets = words('address history note event tag line status file daily link');
