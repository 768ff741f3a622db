// The other side of the interoperability suite: an implementation of notes and trees that is not ours (that of Go's module
// checksum database). It reads one JSON array of requests on stdin, answers each in order with one JSON array on stdout.
package main

import (
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"os"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

type request struct {
	Op         string      `json:"op"`
	Name       string      `json:"name"`
	Text       string      `json:"text"`
	Note       string      `json:"note"`
	Vkeys      []string    `json:"vkeys"`
	Skeys      []string    `json:"skeys"`
	Leaf       tlog.Hash   `json:"leaf"`
	Leaves     []tlog.Hash `json:"leaves"`
	Index      int64       `json:"index"`
	Size       int64       `json:"size"`
	Root       tlog.Hash   `json:"root"`
	OldSize    int64       `json:"oldSize"`
	OldRoot    tlog.Hash   `json:"oldRoot"`
	Proof      []tlog.Hash `json:"proof"`
	RecordText string      `json:"recordText"`
}

type answer struct {
	Error    string      `json:"error,omitempty"`
	Text     string      `json:"text,omitempty"`
	Note     string      `json:"note,omitempty"`
	Signers  []string    `json:"signers,omitempty"`
	Unknown  int         `json:"unknown,omitempty"`
	Skey     string      `json:"skey,omitempty"`
	Vkey     string      `json:"vkey,omitempty"`
	Proof    []tlog.Hash `json:"proof,omitempty"`
	Root     *tlog.Hash  `json:"root,omitempty"`
	LeafHash *tlog.Hash  `json:"leafHash,omitempty"`
}

func main() {
	var requests []request
	if err := json.NewDecoder(os.Stdin).Decode(&requests); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	answers := make([]answer, len(requests))
	for i, r := range requests {
		a, err := respond(r)
		if err != nil {
			a.Error = err.Error()
		}
		answers[i] = a
	}
	if err := json.NewEncoder(os.Stdout).Encode(answers); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func respond(r request) (answer, error) {
	switch r.Op {
	case "generateKey":
		skey, vkey, err := note.GenerateKey(rand.Reader, r.Name)
		return answer{Skey: skey, Vkey: vkey}, err
	case "openNote":
		return openNote(r)
	case "signNote":
		return signNote(r)
	case "hashRecord":
		hash := tlog.RecordHash([]byte(r.RecordText))
		return answer{LeafHash: &hash}, nil
	case "checkRecord":
		return answer{}, tlog.CheckRecord(r.Proof, r.Size, r.Root, r.Index, r.Leaf)
	case "checkTree":
		return answer{}, tlog.CheckTree(r.Proof, r.Size, r.Root, r.OldSize, r.OldRoot)
	case "proveRecord":
		hashes, err := store(r.Leaves)
		if err != nil {
			return answer{}, err
		}
		proof, err := tlog.ProveRecord(r.Size, r.Index, hashes)
		return answer{Proof: proof}, err
	case "proveTree":
		hashes, err := store(r.Leaves)
		if err != nil {
			return answer{}, err
		}
		proof, err := tlog.ProveTree(r.Size, r.OldSize, hashes)
		return answer{Proof: proof}, err
	case "treeHash":
		hashes, err := store(r.Leaves)
		if err != nil {
			return answer{}, err
		}
		root, err := tlog.TreeHash(r.Size, hashes)
		return answer{Root: &root}, err
	}
	return answer{}, errors.New("unknown op " + r.Op)
}

func openNote(r request) (answer, error) {
	var verifiers []note.Verifier
	for _, vkey := range r.Vkeys {
		verifier, err := note.NewVerifier(vkey)
		if err != nil {
			return answer{}, err
		}
		verifiers = append(verifiers, verifier)
	}
	opened, err := note.Open([]byte(r.Note), note.VerifierList(verifiers...))
	if err != nil {
		return answer{}, err
	}
	a := answer{Text: opened.Text, Unknown: len(opened.UnverifiedSigs)}
	for _, sig := range opened.Sigs {
		a.Signers = append(a.Signers, fmt.Sprintf("%s+%08x", sig.Name, sig.Hash))
	}
	return a, nil
}

func signNote(r request) (answer, error) {
	var signers []note.Signer
	for _, skey := range r.Skeys {
		signer, err := note.NewSigner(skey)
		if err != nil {
			return answer{}, err
		}
		signers = append(signers, signer)
	}
	signed, err := note.Sign(&note.Note{Text: r.Text}, signers...)
	return answer{Note: string(signed)}, err
}

// store lays leaf hashes out as tlog stores trees.
func store(leaves []tlog.Hash) (tlog.HashReader, error) {
	var stored []tlog.Hash
	reader := tlog.HashReaderFunc(func(indexes []int64) ([]tlog.Hash, error) {
		out := make([]tlog.Hash, len(indexes))
		for i, index := range indexes {
			if index >= int64(len(stored)) {
				return nil, fmt.Errorf("no stored hash %d", index)
			}
			out[i] = stored[index]
		}
		return out, nil
	})
	for i, leaf := range leaves {
		hashes, err := tlog.StoredHashesForRecordHash(int64(i), leaf, reader)
		if err != nil {
			return nil, err
		}
		stored = append(stored, hashes...)
	}
	return reader, nil
}
